import type { EntitySchemaColumnOptions } from 'typeorm';

/** `serviceID` is the column `service_id`, and `validFromMs` the time in `valid_from`. */
const nameOf = (property: string): string =>
  property
    .replace(/Ms$/, '')
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase();

const typeOf = ({ type, array }: EntitySchemaColumnOptions): string =>
  `${String(type)}${array === true ? '[]' : ''}`;

/** Undefined is NULL, and milliseconds are a timestamp. */
function stored(property: string, value: unknown): unknown {
  if (value === undefined || value === null) return null;
  return property.endsWith('Ms') ? new Date(value as number) : value;
}

function read(property: string, value: unknown): unknown {
  if (value === undefined || value === null) return undefined;
  // In JSON that PostgreSQL made a time is text.
  return property.endsWith('Ms') ? new Date(value as string | Date).getTime() : value;
}

/** How each property of a thing is described to the database. */
export type Columns<Thing> = { readonly [Property in keyof Thing]-?: EntitySchemaColumnOptions };

/** The column of each property of a thing. INSERT, UPDATE, SELECT and the thing of a row follow from it. */
export class ColumnMap<Thing extends object> {
  /** For the description of the table, by column. */
  readonly columns: Readonly<Record<string, EntitySchemaColumnOptions>>;
  /** Names for a statement: `own_service_id, enabled, …`. */
  readonly names: string;
  private readonly entries: readonly {
    readonly property: string;
    readonly name: string;
    readonly column: EntitySchemaColumnOptions;
  }[];

  constructor(map: Columns<Thing>) {
    this.entries = Object.entries<EntitySchemaColumnOptions>(map).map(([property, column]) => ({
      property,
      name: nameOf(property),
      column,
    }));
    this.columns = Object.fromEntries(this.entries.map(({ name, column }) => [name, column]));
    this.names = Object.keys(this.columns).join(', ');
  }

  /** Placeholders for `parametersOf`, where the first of these is parameter number `from`. */
  values(from: number): string {
    return this.entries.map(({ column }, index) => `$${from + index}::${typeOf(column)}`).join(', ');
  }

  parametersOf(thing: Thing): readonly unknown[] {
    return this.entries.map(({ property }) => stored(property, thing[property as keyof Thing]));
  }

  /** The row of a thing, as JSON writes it. */
  rowOf(thing: Thing): object {
    return Object.fromEntries(
      this.entries.map(({ property, name }) => [name, stored(property, thing[property as keyof Thing])]),
    );
  }

  /** Sets all of them in a row of `table` that `key` = $1 finds; finds nothing where nothing would be different. */
  update(table: string, key: string): string {
    const values = this.values(2);
    return `UPDATE ${table} SET (${this.names}) = ROW (${values}), revision = revision + 1, updated_at = now()
      WHERE ${key} = $1 AND ROW (${this.names}) IS DISTINCT FROM ROW (${values}) RETURNING *`;
  }

  /** $1 is the key. */
  insert(table: string, key: string): string {
    return `INSERT INTO ${table} (${key}, ${this.names}) VALUES ($1, ${this.values(2)})`;
  }

  /** A row that has at least these columns, from a statement or from JSON. */
  thingOf(row: object): Thing {
    const cells = row as Readonly<Record<string, unknown>>;
    return Object.fromEntries(
      this.entries.map(({ property, name }) => [property, read(property, cells[name])]),
    ) as Thing;
  }
}
