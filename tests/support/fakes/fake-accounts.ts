import { createHash } from 'node:crypto';
import type { Account, AccountID, Accounts, Credentials, DigestSchema } from '@sap2/session-core';

/** Accounts whose credentials are the password itself: nothing here is worth stealing. */
export class FakeAccounts implements Accounts {
  private readonly byID = new Map<AccountID, Account>();

  add(id: AccountID, password: string): void {
    const credentials = { passwordHash: password, recoverableSecret: password };
    this.byID.set(id, { id, suspended: false, version: 1, credentials });
  }

  find(id: AccountID): Promise<Account | undefined> {
    return Promise.resolve(this.byID.get(id));
  }

  async admit(id: AccountID): Promise<Account | undefined> {
    if (!this.byID.has(id)) this.add(id, 'a password that nobody knows');
    return this.find(id);
  }

  /** What the ledger sees when it locks the account's row. */
  now(id: AccountID): Account | undefined {
    return this.byID.get(id);
  }

  change(id: AccountID, change: 'suspend' | 'resume' | 'delete' | 'raise-version'): void {
    const account = this.byID.get(id);
    if (!account) throw new Error(`no such account: ${id}`);
    if (change === 'delete') this.byID.delete(id);
    else {
      const suspended = change === 'suspend' || (change === 'raise-version' && account.suspended);
      this.byID.set(id, { ...account, suspended, version: account.version + 1 });
    }
  }
}

const ALGORITHM: Record<DigestSchema, string> = { 'SHA-256': 'sha256', SHA: 'sha1', MD5: 'md5' };

export function digestOf(schema: DigestSchema, nonce: string, password: string): string {
  return createHash(ALGORITHM[schema]).update(`${nonce}${password}`).digest('base64');
}

/** Real digests over the plain password, and a record of every check: an unknown user must cause one too. */
export class FakeCredentials implements Credentials {
  readonly checks: ('unknown-user' | 'known-user')[] = [];

  passwordMatches(account: Account | undefined, password: string): Promise<boolean> {
    this.note(account);
    return Promise.resolve(account?.credentials.passwordHash === password);
  }

  digestMatches(
    account: Account | undefined,
    schema: DigestSchema,
    nonce: string,
    digestBase64: string,
  ): Promise<boolean> {
    this.note(account);
    const secret = account?.credentials.recoverableSecret;
    return Promise.resolve(secret !== undefined && digestOf(schema, nonce, secret) === digestBase64);
  }

  private note(account: Account | undefined): void {
    this.checks.push(account ? 'known-user' : 'unknown-user');
  }
}
