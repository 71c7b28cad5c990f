import { summaryOf } from './error-summary.js';
import { type EventFields, type LoggedAnchor, sessionTag } from './event-log.port.js';
import { oneLine, safeLine } from './masking.js';

/** Longest transactionID (ssp-binding §4). */
const MAX_TRANSACTION_ID_CHARACTERS = 50;

/** Undefined: not of the kind that the field is for, and dropped. */
type Cleaner = (value: unknown, isDefect: boolean) => unknown;

const text: Cleaner = (value) => (typeof value === 'string' ? safeLine(value) : undefined);
const number: Cleaner = (value) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined);

const HASH = /^[0-9a-f]{64}$/;
const TIME = /^\d{4}-\d\d-\d\dT[\d:.]{12}Z$/;
const ANCHOR: Readonly<Record<keyof LoggedAnchor, (value: unknown) => boolean>> = {
  installation: (value) => /^[0-9a-f-]{36}$/.test(String(value)),
  seq: (value) => Number.isInteger(value),
  hash: (value) => HASH.test(String(value)),
  at: (value) => TIME.test(String(value)),
  signedAt: (value) => TIME.test(String(value)),
  key: (value) => /^[\w-]{1,64}$/.test(String(value)),
  mac: (value) => HASH.test(String(value)),
};

/** Its fields and no other, each of its form. */
const anchorOf: Cleaner = (value) => {
  if (typeof value !== 'object' || value === null) return undefined;
  const given = new Map<string, unknown>(Object.entries(value));
  const fields = Object.entries(ANCHOR);
  if (!fields.every(([name, isRight]) => isRight(given.get(name)))) return undefined;
  return Object.fromEntries(fields.map(([name]) => [name, given.get(name)]));
};

/** The allow-list, in the order of a printed line. */
const FIELDS = {
  requestId: text,
  administrator: text,
  operation: text,
  peer: text,
  transactionId: (value) =>
    typeof value === 'string' ? oneLine(value, MAX_TRANSACTION_ID_CHARACTERS) : undefined,
  session: (value) => (typeof value === 'string' ? sessionTag(oneLine(value, value.length)) : undefined),
  primitive: text,
  role: text,
  outcome: text,
  cause: text,
  code: number,
  httpStatus: number,
  count: number,
  attempt: number,
  shard: number,
  port: number,
  durationMs: number,
  lagMs: number,
  anchor: anchorOf,
  detail: text,
  error: (value, isDefect) => (value === undefined ? undefined : summaryOf(value, isDefect)),
} satisfies Record<keyof EventFields, Cleaner>;

/** Only fields of the allow-list, each of its own kind and without secrets. */
export function allowedFields(fields: EventFields, isDefect: boolean): Record<string, unknown> {
  const allowed: Record<string, unknown> = {};
  for (const [name, clean] of Object.entries<Cleaner>(FIELDS)) {
    if (!Object.hasOwn(fields, name)) continue;
    const value = clean(fields[name as keyof EventFields], isDefect);
    if (value !== undefined) allowed[name] = value;
  }
  return allowed;
}
