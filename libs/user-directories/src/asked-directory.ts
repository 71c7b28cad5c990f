import type { AccountID, Domain } from '@sap2/session-core';

/** Of the user who logs in. */
export interface AskedUser {
  readonly account: AccountID;
  readonly domain: Domain;
  readonly password: string;
}

/** What a directory said. The provider's directory failed, or is not set up well: `detail` says it to the operator. */
export type Said =
  | { readonly kind: 'right' }
  | { readonly kind: 'wrong'; readonly why: 'unknown-user' | 'wrong-password' }
  | { readonly kind: 'failed'; readonly detail: string };

/** `alice` of `wv:alice@provider.example`. */
export const localPartOf = ({ account, domain }: AskedUser): string =>
  account.slice('wv:'.length, -(domain.length + 1));
