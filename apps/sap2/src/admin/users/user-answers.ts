import type { ChangeOutcome, DeleteOutcome, EntryRefusal } from '@sap2/administration';
import { assertNever } from '@sap2/kernel';
import type { FastifyReply } from 'fastify';
import { changedMeanwhile, tell } from '../http/revisions.js';
import { Problem } from '../problem.filter.js';
import { noSuchUser, type UserDto, userDto } from './user.dto.js';

/** @throws Problem for whatever was not done */
export function changedUser(outcome: ChangeOutcome | EntryRefusal, reply: FastifyReply): UserDto {
  switch (outcome.kind) {
    case 'changed':
      tell(reply, outcome.user.revision);
      return userDto(outcome.user);
    case 'unknown':
      throw noSuchUser();
    case 'stale':
      throw changedMeanwhile();
    case 'refused':
      throw fieldProblem(outcome);
    default:
      return assertNever(outcome);
  }
}

/** @throws Problem for whatever was not done */
export function deletedUser(outcome: DeleteOutcome): void {
  if (outcome.kind === 'unknown') throw noSuchUser();
  if (outcome.kind === 'stale') throw changedMeanwhile();
}

export const fieldProblem = ({ field, detail }: Pick<EntryRefusal, 'field' | 'detail'>): Problem =>
  new Problem(400, `${field} ${detail}.`, [{ pointer: `/${field}`, detail }]);
