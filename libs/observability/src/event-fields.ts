import { summaryOf } from './error-summary.js';
import { type EventFields, sessionTag } from './event-log.port.js';
import { oneLine, safeLine } from './masking.js';

/** Longest transactionID (ssp-binding §4). */
const MAX_TRANSACTION_ID_CHARACTERS = 50;

/** Undefined: not of the kind that the field is for, and dropped. */
type Cleaner = (value: unknown, isDefect: boolean) => unknown;

const text: Cleaner = (value) => (typeof value === 'string' ? safeLine(value) : undefined);
const number: Cleaner = (value) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined);

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
