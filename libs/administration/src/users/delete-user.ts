import type { Actor } from '../actor.js';
import type { DeleteOutcome } from '../ports/users.port.js';
import type { UserAim, UserPorts } from './change-and-end.js';

/** Ends every session of the user. The name is free again; what was noted of its sessions and in the audit stays. */
export class DeleteUser {
  constructor(private readonly ports: UserPorts) {}

  async execute(actor: Actor, { id, expectedRevision }: UserAim): Promise<DeleteOutcome> {
    const { users, live } = this.ports;
    const outcome = await users.delete(actor, id, expectedRevision);
    if (outcome.kind === 'deleted') await live.remove(outcome.ended);
    return outcome;
  }
}
