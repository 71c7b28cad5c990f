/** `bigint` is a number; an id is `text`, though its column is a bigint. */
type ColumnType = 'text' | 'text[]' | 'integer' | 'bigint' | 'boolean' | 'timestamptz' | 'jsonb';

/** The type of the column that holds each property of a thing. The migrations say the rest of a table. */
export type Columns<Thing> = { readonly [Property in keyof Thing]-?: ColumnType };

/** `serviceID` is the column `service_id`, and `validFromMs` the time in `valid_from`. */
const nameOf = (property: string): string =>
  property
    .replace(/Ms$/, '')
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase();

/** Undefined is NULL, and milliseconds are a timestamp. */
function stored(type: ColumnType, value: unknown): unknown {
  if (value === undefined || value === null) return null;
  return type === 'timestamptz' ? new Date(value as number) : value;
}

function read(type: ColumnType, value: unknown): unknown {
  if (value === undefined || value === null) return undefined;
  // In JSON that PostgreSQL made a time is text.
  if (type === 'timestamptz') return new Date(value as string | Date).getTime();
  return type === 'bigint' ? Number(value) : value;
}

interface Column {
  readonly property: string;
  readonly name: string;
  readonly type: ColumnType;
}

/** The column of each property of a thing. INSERT, UPDATE, SELECT and the thing of a row follow from it. */
export class ColumnMap<Thing extends object> {
  /** Names for a statement: `own_service_id, enabled, …`. */
  readonly names: string;
  /** For `jsonb_to_recordset`: `own_service_id text, enabled boolean, …`. */
  readonly definitions: string;
  private readonly columns: readonly Column[];

  constructor(map: Columns<Thing>) {
    this.columns = Object.entries<ColumnType>(map).map(([property, type]) => ({
      property,
      name: nameOf(property),
      type,
    }));
    this.names = this.columns.map(({ name }) => name).join(', ');
    this.definitions = this.columns.map(({ name, type }) => `${name} ${type}`).join(', ');
  }

  /** The same with the name of a table in front of each. */
  namesIn(table: string): string {
    return this.columns.map(({ name }) => `${table}.${name}`).join(', ');
  }

  /** Placeholders for `parametersOf`, where the first of these is parameter number `from`. */
  values(from: number): string {
    return this.columns.map(({ type }, index) => `$${from + index}::${type}`).join(', ');
  }

  parametersOf(thing: Thing): readonly unknown[] {
    return this.columns.map(({ property, type }) => stored(type, thing[property as keyof Thing]));
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
      this.columns.map(({ property, name, type }) => [property, read(type, cells[name])]),
    ) as Thing;
  }

  /** The row of a thing, for functions that read it from JSON. */
  rowOf(thing: Thing): object {
    return Object.fromEntries(
      this.columns.map(({ property, name, type }) => [name, stored(type, thing[property as keyof Thing])]),
    );
  }
}
