import type { AccountID, DirectoryVerdict, Domain, UserDirectories } from '@sap2/session-core';

/** A directory in memory, which can be away. It keeps the contract of the adapters. */
export class FakeUserDirectories implements UserDirectories {
  private readonly passwords = new Map<AccountID, string>();
  /** Users that were asked for, in order. */
  readonly asked: AccountID[] = [];
  isAway = false;

  add(account: AccountID, password: string): void {
    this.passwords.set(account, password);
  }

  check(_domain: Domain, account: AccountID, password: string): Promise<DirectoryVerdict> {
    this.asked.push(account);
    return Promise.resolve(this.verdict(account, password));
  }

  private verdict(account: AccountID, password: string): DirectoryVerdict {
    if (this.isAway) return { kind: 'unavailable', retryAfterS: 5 };
    const known = this.passwords.get(account);
    if (known === undefined) return { kind: 'wrong', why: 'unknown-user' };
    return known === password && password !== ''
      ? { kind: 'right' }
      : { kind: 'wrong', why: 'wrong-password' };
  }
}
