import type { Actor } from '../actor.js';
import type { ChangeOutcome } from '../ports/users.port.js';
import { changeAndEnd, type UserAim, type UserPorts } from './change-and-end.js';
import { type EntryRefusal, readSuspension, refusal, type UserEntry } from './user-entry.js';

/** What is left out stays as it is. */
export type UserPatch = Pick<UserEntry, 'suspended' | 'suspendedReason' | 'challengeLogin'>;

/** Several particulars of a user at once; a password has an operation of its own. */
export class ChangeUser {
  constructor(private readonly ports: UserPorts) {}

  async execute(actor: Actor, aim: UserAim, patch: UserPatch): Promise<ChangeOutcome | EntryRefusal> {
    if (patch.challengeLogin === true)
      return refusal('challengeLogin', 'can only begin with a new password, which has to be stored for it');
    const suspension = readSuspension(patch);
    if (!suspension.ok) return suspension.error;
    const change = { suspension: suspension.value, endChallengeLogin: patch.challengeLogin === false };
    return changeAndEnd(this.ports, actor, { ...aim, action: 'user.change', change });
  }
}
