import type { Actor } from '../actor.js';
import type { ChangeOutcome, Users } from '../ports/users.port.js';
import type { UserAim } from './change-and-end.js';

/** Lets a suspended user log in again; of one that is not suspended nothing changes. */
export class ReactivateUser {
  constructor(private readonly users: Users) {}

  execute(actor: Actor, aim: UserAim): Promise<ChangeOutcome> {
    const change = { suspension: { suspended: false } } as const;
    return this.users.change(actor, { ...aim, action: 'user.reactivate', change });
  }
}
