import type { Actor } from '../actor.js';
import type { ChangeOutcome } from '../ports/users.port.js';
import { changeAndEnd, type UserAim, type UserPorts } from './change-and-end.js';

/** Ends every session of the user; logins are refused until it is reactivated. Done before: only the reason is new. */
export class SuspendUser {
  constructor(private readonly ports: UserPorts) {}

  execute(actor: Actor, aim: UserAim, reason: string): Promise<ChangeOutcome> {
    const change = { suspension: { suspended: true, reason } } as const;
    return changeAndEnd(this.ports, actor, { ...aim, action: 'user.suspend', change });
  }
}
