import type { NewCredentials } from '@sap2/administration';
import type { AccountID } from '@sap2/session-core';
import type { Argon2Credentials } from '../../argon2-credentials.js';
import type { AccountRow } from '../../rows/account.row.js';
import { secretOfAccount, SecretUnreadableError, type SecretVault } from '../../secret-vault.js';

export type CredentialColumns = Pick<AccountRow, 'password_hash' | 'recoverable_secret'>;

/** Turns what an administrator gives into what is stored, and tells whether it is stored already. */
export class UserCredentials {
  constructor(
    private readonly vault: SecretVault,
    private readonly credentials: Argon2Credentials,
  ) {}

  /** Costs an argon2id hash where a password is given; so never within a transaction. */
  async columnsFor(id: AccountID, given: NewCredentials): Promise<CredentialColumns> {
    if (given.kind === 'hash') return { password_hash: given.passwordHash, recoverable_secret: null };
    return {
      password_hash: await this.credentials.hash(given.password),
      recoverable_secret: this.secretFor(id, given),
    };
  }

  /** The columns after the change to `given`. The hash stays the stored one if and only if the password is the same. */
  async columnsAfter(
    id: AccountID,
    stored: CredentialColumns,
    given: NewCredentials,
  ): Promise<CredentialColumns> {
    if (given.kind === 'hash') {
      return stored.password_hash === given.passwordHash ? stored : this.columnsFor(id, given);
    }
    const known = this.read(id, stored);
    const isSame =
      known === undefined
        ? await this.credentials.hashMatches(stored.password_hash, given.password)
        : known === given.password;
    if (!isSame) return this.columnsFor(id, given);
    const keepsSecret = known !== undefined && given.challengeLogin;
    return keepsSecret ? stored : { ...stored, recoverable_secret: this.secretFor(id, given) };
  }

  private secretFor(id: AccountID, given: Extract<NewCredentials, { kind: 'password' }>): string | null {
    return given.challengeLogin ? this.vault.seal(given.password, secretOfAccount(id)) : null;
  }

  /** Undefined: there is no secret, or no key can read it. Then the hash decides, and a new secret repairs it. */
  private read(id: AccountID, { recoverable_secret: sealed }: CredentialColumns): string | undefined {
    if (sealed === null) return undefined;
    try {
      return this.vault.open(sealed, secretOfAccount(id));
    } catch (error) {
      if (error instanceof SecretUnreadableError) return undefined;
      throw error;
    }
  }
}
