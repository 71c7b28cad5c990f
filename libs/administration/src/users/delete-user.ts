import type { Actor } from '../actor.js';
import type { DeleteOutcome } from '../ports/users.port.js';
import type { UserAim, UserPorts } from './change-and-end.js';

/** Ends every session of the user. The name is free again; what was noted of its sessions and in the audit stays. */
export class DeleteUser {
  constructor(private readonly ports: UserPorts) {}

  execute(actor: Actor, { id, expectedRevision }: UserAim): Promise<DeleteOutcome> {
    const { users, end } = this.ports;
    return end.announce(users.delete(actor, id, expectedRevision));
  }
}
