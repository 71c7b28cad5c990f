import type { Brand } from '@sap2/kernel';

/** The first characters of a user-session id: enough to follow a session through the log, useless to take it over. */
export type SessionTag = Brand<string, 'SessionTag'>;

const TAG_LENGTH = 6;

export const sessionTag = (id: string): SessionTag => id.slice(0, TAG_LENGTH) as SessionTag;

/** Of an anchor of the audit: none of it is a secret. */
export interface LoggedAnchor {
  readonly installation: string;
  readonly seq: number;
  readonly hash: string;
  readonly at: string;
  readonly signedAt: string;
  readonly key: string;
  readonly mac: string;
}

/**
 * All that an event may say. Nothing else compiles, and what slips past the compiler is dropped, so a secret has no
 * field to travel in. A new field is added here and in the table of `event-fields.ts`.
 */
export interface EventFields {
  /** Of a request of an administrator: what its answer has as `X-Request-Id`. */
  readonly requestId?: string | undefined;
  readonly administrator?: string | undefined;
  /** Name of the operation in the OpenAPI document. */
  readonly operation?: string | undefined;
  readonly peer?: string | undefined;
  readonly transactionId?: string | undefined;
  readonly session?: SessionTag | undefined;
  /** Name of the element, e.g. `UserLoginRequest`. */
  readonly primitive?: string | undefined;
  readonly outcome?: string | undefined;
  readonly cause?: string | undefined;
  readonly role?: string | undefined;
  /** Status code of ssp-binding §8. */
  readonly code?: number | undefined;
  readonly httpStatus?: number | undefined;
  readonly count?: number | undefined;
  readonly attempt?: number | undefined;
  readonly shard?: number | undefined;
  readonly port?: number | undefined;
  readonly durationMs?: number | undefined;
  /** How late something is that should have happened by now. */
  readonly lagMs?: number | undefined;
  /** A signed head of the audit, to be compared again: nothing of it is masked. */
  readonly anchor?: LoggedAnchor | undefined;
  /** What was thrown: name, message and code of it are kept, the stack only by `error`. */
  readonly error?: unknown;
  /** A sentence for the operator, written by us; what looks like a secret in it is masked. */
  readonly detail?: string | undefined;
}

/**
 * The log of events. Rooms do not import it. They take a callback of the same shape, and the composition passes it.
 *
 * `name` is a fixed word in snake_case that an operator can search for, never a sentence.
 */
export interface EventLog {
  /** Of interest to a person who looks for a fault. */
  debug(name: string, fields?: EventFields): void;
  /** Something went as it should. */
  event(name: string, fields?: EventFields): void;
  /** An operating failure: the operator may have to act. */
  warn(name: string, fields?: EventFields): void;
  /** A defect in the code. The log keeps its stack. */
  error(name: string, fields?: EventFields): void;
}
