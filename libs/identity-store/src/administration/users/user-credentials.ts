import type { NewCredentials } from '@sap2/administration';
import type { AccountID, StoredCredentials } from '@sap2/session-core';
import type { Argon2Credentials } from '../../argon2-credentials.js';
import { secretOfAccount, type SecretVault } from '../../secret-vault.js';

/** Turns what an administrator gives into what is stored, and tells whether it is stored already. */
export class UserCredentials {
  constructor(
    private readonly vault: SecretVault,
    private readonly credentials: Argon2Credentials,
  ) {}

  /** Costs an argon2id hash where a password is given; so never within a transaction. */
  async storedFor(id: AccountID, given: NewCredentials): Promise<StoredCredentials> {
    if (given.kind === 'none')
      return { passwordHash: this.credentials.impossibleHash, recoverableSecret: undefined };
    if (given.kind === 'hash') return { passwordHash: given.passwordHash, recoverableSecret: undefined };
    return {
      passwordHash: await this.credentials.hash(given.password),
      recoverableSecret: this.secretFor(id, given),
    };
  }

  /** What is stored after the change to `given`. The hash stays the stored one if and only if the password is the same. */
  async storedAfter(
    id: AccountID,
    stored: StoredCredentials,
    given: NewCredentials,
  ): Promise<StoredCredentials> {
    if (given.kind === 'none') return stored;
    if (given.kind === 'hash') {
      return stored.passwordHash === given.passwordHash ? stored : this.storedFor(id, given);
    }
    const known = this.read(id, stored);
    const isSame =
      known === undefined
        ? await this.credentials.hashMatches(stored.passwordHash, given.password)
        : known === given.password;
    if (!isSame) return this.storedFor(id, given);
    const keepsSecret = known !== undefined && given.challengeLogin;
    return keepsSecret ? stored : { ...stored, recoverableSecret: this.secretFor(id, given) };
  }

  private secretFor(id: AccountID, given: Extract<NewCredentials, { kind: 'password' }>): string | undefined {
    return given.challengeLogin ? this.vault.seal(given.password, secretOfAccount(id)) : undefined;
  }

  /** Undefined: there is no secret, or no key can read it. Then the hash decides, and a new secret repairs it. */
  private read(id: AccountID, { recoverableSecret: sealed }: StoredCredentials): string | undefined {
    return sealed && this.vault.openIfReadable(sealed, secretOfAccount(id));
  }
}
