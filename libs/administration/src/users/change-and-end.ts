import type { AccountID, SessionEnd } from '@sap2/session-core';
import type { Actor } from '../actor.js';
import type { ChangeOutcome, ChangeRequest, Users } from '../ports/users.port.js';

export interface UserPorts {
  readonly users: Users;
  readonly end: Pick<SessionEnd, 'announce'>;
}

/** Who is to be changed, and from which state: undefined is whatever the user is by now. */
export interface UserAim {
  readonly id: AccountID;
  readonly expectedRevision: number | undefined;
}

/** When it returns, the sessions that the change ended are ended in both stores (invariant V1). */
export function changeAndEnd(
  { users, end }: UserPorts,
  actor: Actor,
  request: ChangeRequest,
): Promise<ChangeOutcome> {
  return end.announce(users.change(actor, request));
}
