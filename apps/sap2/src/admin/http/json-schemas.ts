import { z } from 'zod';
import { EXAMPLES } from './examples.js';

export type Json = Readonly<Record<string, unknown>>;

/** The schemas of one document. Those with a name stand under `components` and are referred to. */
export class JsonSchemas {
  private readonly named = new Map<string, Json>();

  /** @throws Error for two schemas of one name */
  of(schema: z.ZodType, io: 'input' | 'output'): Json {
    const raw = inComponents(z.toJSONSchema(schema, { io, unrepresentable: 'any', override }));
    const { $schema: _dialect, $defs = {}, ...json } = raw;
    for (const [name, definition] of Object.entries($defs)) this.add(name, definition);
    return json;
  }

  components(): Json {
    return Object.fromEntries([...this.named].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  private add(name: string, json: Json): void {
    const earlier = this.named.get(name);
    if (earlier !== undefined && JSON.stringify(earlier) !== JSON.stringify(json))
      throw new Error(`Two schemas have the name ${name}.`);
    this.named.set(name, json);
  }
}

type WithDefinitions = Json & { readonly $defs?: Readonly<Record<string, Json>> };

/** Zod puts the named schemas under `$defs` of each schema. OpenAPI keeps them in one place. */
const inComponents = (json: object): WithDefinitions =>
  JSON.parse(
    JSON.stringify(json).replaceAll('"#/$defs/', '"#/components/schemas/'),
    forReaders,
  ) as WithDefinitions;

/** Each whole number of JSON is safe, so these bounds say nothing. */
function override({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}

interface Described extends Json {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly anyOf?: readonly Described[];
}

/**
 * Each field with an example, where there is one of its name and type. The pattern of a time is longer than its meaning,
 * and tools invent years such as 8400 from it.
 */
function forReaders(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { properties, format, pattern, ...rest } = value as {
    readonly properties?: Readonly<Record<string, Described>>;
    // A field of a thing may have one of these names too, and is then an object.
    readonly format?: unknown;
    readonly pattern?: unknown;
  };
  const isTime = typeof format === 'string' && format.startsWith('date');
  if (isTime && typeof pattern === 'string') return { ...rest, format };
  if (properties === undefined) return value;
  const shown = Object.entries(properties).map(([name, field]) => {
    const example = exampleOf(name, field);
    return [name, example === undefined ? field : { ...field, examples: [example] }];
  });
  return { ...value, properties: Object.fromEntries(shown) as object };
}

function exampleOf(name: string, { type, format, anyOf = [] }: Described): unknown {
  if (format === 'date-time' || anyOf.some((one) => one.format === 'date-time')) return EXAMPLES['time'];
  const example = Object.hasOwn(EXAMPLES, name) ? EXAMPLES[name] : undefined;
  const types = [type, ...anyOf.map((one) => one.type)].flat();
  return types.includes(typeOf(example)) ? example : undefined;
}

const typeOf = (example: unknown): string => {
  if (Array.isArray(example)) return 'array';
  return typeof example === 'number' ? 'integer' : typeof example;
};
