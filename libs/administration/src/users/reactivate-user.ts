import type { Actor } from '../actor.js';
import type { ChangeOutcome } from '../ports/users.port.js';
import { changeAndEnd, type UserAim, type UserPorts } from './change-and-end.js';

/** Lets a suspended user log in again; of one that is not suspended nothing changes. */
export class ReactivateUser {
  constructor(private readonly ports: UserPorts) {}

  execute(actor: Actor, aim: UserAim): Promise<ChangeOutcome> {
    const change = { suspension: { suspended: false } } as const;
    return changeAndEnd(this.ports, actor, { ...aim, action: 'user.reactivate', change });
  }
}
