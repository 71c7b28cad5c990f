import type { Actor } from '../actor.js';
import type { CreateOutcome, Users } from '../ports/users.port.js';
import type { PasswordPolicy } from './password-policy.js';
import { type EntryRefusal, readUserEntry, type UserEntry } from './user-entry.js';

export type CreateUserOutcome = CreateOutcome | EntryRefusal;

/** All spellings of one name are one user: who exists as `wv:alice@…` exists as `Alice@….` too. */
export class CreateUser {
  constructor(
    private readonly users: Users,
    private readonly policy: PasswordPolicy,
  ) {}

  async execute(actor: Actor, entry: UserEntry): Promise<CreateUserOutcome> {
    const user = readUserEntry(entry, this.policy);
    return user.ok ? this.users.create(actor, user.value) : user.error;
  }
}
