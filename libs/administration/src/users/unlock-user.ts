import type { AccountID, LoginAttempts } from '@sap2/session-core';
import type { Actor } from '../actor.js';
import type { Users } from '../ports/users.port.js';

/** Forgets the wrong passwords that were counted for the user, at every peer: it may try again at once. */
export class UnlockUser {
  constructor(
    private readonly users: Users,
    private readonly attempts: LoginAttempts,
  ) {}

  /** False: there is no such user. */
  async execute(actor: Actor, id: AccountID): Promise<boolean> {
    const peers = await this.users.recordUnlock(actor, id);
    if (peers === undefined) return false;
    await this.attempts.forget(id, peers);
    return true;
  }
}
