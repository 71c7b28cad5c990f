import type { AccountID, Domain } from '../ids.js';

/** What the directory of a provider says to a password. */
export type DirectoryVerdict =
  | { readonly kind: 'right' }
  /** `why` is for the operator. `ambiguous-user`: the directory has the name more than once. */
  | { readonly kind: 'wrong'; readonly why: 'unknown-user' | 'wrong-password' | 'ambiguous-user' }
  /** It is away or slow, or it has given no verdict. */
  | { readonly kind: 'unavailable'; readonly retryAfterS: number };

/** The own directories of providers. They know the passwords of their users, and SAP 2 does not (docs/adr/0054). */
export interface UserDirectories {
  /** Does the same work for an unknown user as for a wrong password, as far as the directory allows. */
  check(domain: Domain, account: AccountID, password: string): Promise<DirectoryVerdict>;
}
