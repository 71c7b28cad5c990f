import type { Actor } from '../actor.js';
import type { ChangeOutcome } from '../ports/users.port.js';
import { changeAndEnd, type UserAim, type UserPorts } from './change-and-end.js';
import type { PasswordPolicy } from './password-policy.js';
import { type CredentialsEntry, type EntryRefusal, readCredentials } from './user-entry.js';

/** Ends every session of the user, also if it is the password that it had: whoever knew the old one is out. */
export class SetPassword {
  constructor(
    private readonly ports: UserPorts,
    private readonly policy: PasswordPolicy,
  ) {}

  async execute(actor: Actor, aim: UserAim, entry: CredentialsEntry): Promise<ChangeOutcome | EntryRefusal> {
    const credentials = readCredentials(entry, this.policy);
    if (!credentials.ok) return credentials.error;
    const change = { credentials: credentials.value };
    return changeAndEnd(this.ports, actor, { ...aim, action: 'user.password', change });
  }
}
