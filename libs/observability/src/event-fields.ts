import { summaryOf } from './error-summary.js';
import { oneLine, safeLine } from './masking.js';
import { sessionTag, type SessionTag } from './session-tag.js';

/** Longest transactionID (ssp-binding §4). */
const MAX_TRANSACTION_ID_CHARACTERS = 50;

/** Longest name of a user or a client that a line keeps. */
const MAX_NAME_CHARACTERS = 300;

/** Of an anchor of the audit: none of it is a secret. */
interface LoggedAnchor {
  readonly installation: string;
  readonly seq: number;
  readonly hash: string;
  readonly at: string;
  readonly signedAt: string;
  readonly key: string;
  readonly mac: string;
}

/** Takes a value as events give it, and returns what the log keeps. Undefined: another kind of value, which is dropped. */
type Cleaner<Given> = (value: Given | undefined, isDefect: boolean) => unknown;

const text: Cleaner<string> = (value) => (typeof value === 'string' ? safeLine(value) : undefined);
const number: Cleaner<number> = (value) => (Number.isFinite(value) ? value : undefined);

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
const anchorOf: Cleaner<LoggedAnchor> = (value) => {
  if (typeof value !== 'object' || value === null) return undefined;
  const given = new Map<string, unknown>(Object.entries(value));
  const fields = Object.entries(ANCHOR);
  if (!fields.every(([name, isRight]) => isRight(given.get(name)))) return undefined;
  return Object.fromEntries(fields.map(([name]) => [name, given.get(name)]));
};

const transactionID: Cleaner<string> = (value) =>
  typeof value === 'string' ? oneLine(value, MAX_TRANSACTION_ID_CHARACTERS) : undefined;
/** Of a user or its client: not masked, because a support desk looks for it. */
const longName: Cleaner<string> = (value) =>
  typeof value === 'string' ? oneLine(value, MAX_NAME_CHARACTERS) : undefined;
const session: Cleaner<SessionTag> = (value) =>
  typeof value === 'string' ? sessionTag(oneLine(value, value.length)) : undefined;
const error: Cleaner<unknown> = (value, isDefect) =>
  value === undefined ? undefined : summaryOf(value, isDefect);

/**
 * All that an event may say, in the order of a printed line. Nothing else compiles, and what slips past the compiler is
 * dropped, so a secret has no field to travel in.
 */
const FIELDS = {
  /** Of a request of an administrator: what its answer has as `X-Request-Id`. */
  requestId: text,
  administrator: text,
  /** Name of the operation in the OpenAPI document. */
  operation: text,
  peer: text,
  domain: text,
  transactionId: transactionID,
  session,
  /** Name of the account, such as `wv:alice@provider.example`. */
  user: longName,
  client: longName,
  /** Name of the element, e.g. `UserLoginRequest`. */
  primitive: text,
  role: text,
  outcome: text,
  cause: text,
  /** Why a login was refused: a fixed word. */
  reason: text,
  /** Status code of ssp-binding §8. */
  code: number,
  httpStatus: number,
  count: number,
  attempt: number,
  shard: number,
  port: number,
  sspPort: number,
  sspPlainPort: number,
  adminPort: number,
  version: text,
  durationMs: number,
  /** How late something is that should have happened by now. */
  lagMs: number,
  /** A signed head of the audit, to be compared again: nothing of it is masked. */
  anchor: anchorOf,
  /** A sentence for the operator, written by us; what looks like a secret in it is masked. */
  detail: text,
  /** What was thrown: name, message and code of it are kept, the stack only by `error`. */
  error,
};

export type EventFields = {
  readonly [Name in keyof typeof FIELDS]?: Parameters<(typeof FIELDS)[Name]>[0];
};

/** Only fields of the allow-list, each of its own kind and without secrets. */
export function allowedFields(fields: EventFields, isDefect: boolean): Record<string, unknown> {
  const allowed: Record<string, unknown> = {};
  for (const [name, clean] of Object.entries<Cleaner<never>>(FIELDS)) {
    if (!Object.hasOwn(fields, name)) continue;
    const value = clean(fields[name as keyof EventFields] as never, isDefect);
    if (value !== undefined) allowed[name] = value;
  }
  return allowed;
}
