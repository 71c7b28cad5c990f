import { InvalidArgumentError } from 'commander';
import type { OperationSpec } from '../admin/http/operation.js';
import type { CommandSpec } from './commands.js';
import type { Field } from './fields.js';
import type { AdminRequest } from './admin-connection.js';

/** What was typed, by the names of the fields. */
export type Typed = Readonly<Record<string, unknown>>;

/** How the text of an option is read. Whether it makes sense is decided where every request is checked. */
export function valueOf({ type, isNullable }: Field, text: string): unknown {
  if (isNullable && text === 'null') return null;
  if (type === 'number') return numberOf(text);
  if (type === 'boolean') return booleanOf(text);
  return type === 'json' ? jsonOf(text) : text;
}

function numberOf(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value)) throw new InvalidArgumentError('A number is expected.');
  return value;
}

function booleanOf(text: string): boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  throw new InvalidArgumentError('true or false is expected.');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The error of the parser quotes the text, which may hold a secret.
    throw new InvalidArgumentError('JSON is expected.');
  }
}

export function requestOf(
  spec: OperationSpec,
  { spread }: CommandSpec,
  fields: readonly Field[],
  typed: Typed,
): AdminRequest {
  const part = (wanted: Field['part']): Readonly<Record<string, unknown>> =>
    Object.fromEntries(
      fields
        .filter((field) => field.part === wanted && typed[field.name] !== undefined)
        .map(({ name }) => [name, typed[name]]),
    );
  const params = part('params');
  const path = spec.path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const query = new URLSearchParams(
    Object.entries(part('query')).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();
  const body = { ...part('body'), ...(spread !== undefined && { [spread]: part('spread') }) };
  return {
    method: spec.method,
    path: query === '' ? path : `${path}?${query}`,
    ...(spec.body !== undefined && {
      body: JSON.stringify(body),
      headers: { 'Content-Type': 'application/json' },
    }),
  };
}
