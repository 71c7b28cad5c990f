import type { AccountID, EndedSession } from '@sap2/session-core';
import type { Actor } from '../actor.js';
import type { UserPorts } from './change-and-end.js';

/** Logs the user out everywhere; it may log in again at once. */
export class EndUserSessions {
  constructor(private readonly ports: UserPorts) {}

  /** Those that were live until now; undefined: there is no such user. */
  execute(
    actor: Actor,
    id: AccountID,
    reason: string | undefined,
  ): Promise<readonly EndedSession[] | undefined> {
    const { users, end } = this.ports;
    return end.announce(users.endSessions(actor, id, reason));
  }
}
