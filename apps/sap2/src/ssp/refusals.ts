import type { FastifyReply } from 'fastify';

/** Why a request is answered by an HTTP error instead of SSP; explained in docs/metrics.md. */
export type RefusalReason =
  | 'not-http'
  | 'tls'
  | 'too-slow'
  | 'headers'
  | 'path'
  | 'method'
  | 'content-type'
  | 'too-large'
  | 'broken-off'
  | 'bodies'
  | 'malformed'
  | 'session-unknown'
  | 'misfit'
  | 'not-open'
  | 'overloaded'
  | 'crowded'
  | 'requests-per-second'
  | 'in-flight'
  | 'set-ups'
  | 'store'
  | 'internal';

export interface Refusal {
  readonly reason: RefusalReason;
  /** Undefined: not known. */
  readonly peer: string | undefined;
}

/** Refusals of the HTTP layer itself. */
const REASON_OF: Readonly<Record<number, RefusalReason>> = {
  400: 'not-http',
  404: 'path',
  405: 'method',
  408: 'too-slow',
  413: 'too-large',
  415: 'content-type',
  431: 'headers',
};

export const reasonOf = (httpStatus: number): RefusalReason => REASON_OF[httpStatus] ?? 'internal';

const refusals = new WeakMap<FastifyReply, Refusal>();

/** For the count that is made when the reply has left. */
export const noteRefusal = (reply: FastifyReply, refusal: Refusal): void => void refusals.set(reply, refusal);

export const refusalOf = (reply: FastifyReply): Refusal =>
  refusals.get(reply) ?? { reason: reasonOf(reply.statusCode), peer: undefined };
