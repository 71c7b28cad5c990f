import { z } from 'zod';
import { inlined } from '../admin/http/inlined.js';
import type { OperationSpec } from '../admin/http/operation.js';
import type { CommandSpec } from './commands.js';

export type FieldType = 'text' | 'number' | 'boolean' | 'list' | 'json' | 'secret';

export interface Field {
  readonly name: string;
  /** Where in the request it goes; `spread`: into the field that the command spreads. */
  readonly part: 'params' | 'query' | 'body' | 'spread';
  readonly type: FieldType;
  readonly isRequired: boolean;
  readonly isNullable: boolean;
  readonly says: string;
}

/** Never on the command line, where every user of the machine could read it. */
const SECRETS = new Set(['password', 'passwordHash', 'sharedSecret', 'secret', 'userDirectorySecret']);

interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

export function fieldsOf(spec: OperationSpec, { spread }: CommandSpec): readonly Field[] {
  const shape = (part: OperationSpec['params']): JsonSchema => schemaOf(z.strictObject(part ?? {}));
  const body = spec.body === undefined ? {} : schemaOf(spec.body);
  const fields = [
    ...partOf('params', shape(spec.params)),
    ...partOf('query', shape(spec.query)),
    ...partOf('body', body),
  ].filter(({ name }) => name !== spread);
  return spread === undefined ? fields : [...fields, ...partOf('spread', body.properties?.[spread] ?? {})];
}

function schemaOf(schema: z.ZodType): JsonSchema {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return inlined(json, json.$defs ?? {}) as JsonSchema;
}

const partOf = (part: Field['part'], { properties = {}, required = [] }: JsonSchema): readonly Field[] =>
  Object.entries(properties).map(([name, schema]) => {
    const kinds = schema.anyOf ?? [schema];
    const meant = kinds.find(({ type }) => type !== 'null') ?? schema;
    return {
      name,
      part,
      type: typeOf(name, meant),
      isRequired: required.includes(name),
      isNullable: kinds.some(({ type }) => type === 'null'),
      says: saysOf(schema, meant),
    };
  });

function typeOf(name: string, { type, items, oneOf }: JsonSchema): FieldType {
  if (SECRETS.has(name)) return 'secret';
  if (type === 'integer' || type === 'number') return 'number';
  if (type === 'boolean') return 'boolean';
  if (type === 'array') return items?.type === 'object' ? 'json' : 'list';
  return type === 'object' || oneOf !== undefined ? 'json' : 'text';
}

function saysOf({ description }: JsonSchema, meant: JsonSchema): string {
  const one = meant.enum ?? meant.items?.enum;
  const choice = one === undefined ? undefined : `one of ${one.join(', ')}`;
  return [description ?? meant.description, choice].filter((text) => text !== undefined).join(' ');
}

/** `callbackUrl` is `--callback-url`, `userID` is `--user-id`. */
export const optionOf = (name: string): string =>
  `--${name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()}`;
