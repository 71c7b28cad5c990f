import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../problem.filter.js';

/** A thing's revision as `ETag` of an answer. */
export function tell(reply: FastifyReply, revision: number): void {
  void reply.header('ETag', `"${revision}"`);
}

/**
 * The revision that a change is based on; undefined: whatever there is. A tag that cannot be one of ours matches nothing.
 * @throws Problem 412
 */
export function expectedRevision(request: FastifyRequest): number | undefined {
  const tag = request.headers['if-match']?.trim();
  if (tag === undefined || tag === '*') return undefined;
  const revision = /^"(\d{1,9})"$/.exec(tag)?.[1];
  if (revision === undefined) throw changedMeanwhile();
  return Number(revision);
}

export const changedMeanwhile = (): Problem =>
  new Problem(412, 'It was changed since it was read: get it again, and base the change on its new ETag.');
