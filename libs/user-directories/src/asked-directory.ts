import type { AccountID, DirectoryVerdict, Domain } from '@sap2/session-core';

/** Of the user who logs in. */
export interface AskedUser {
  readonly account: AccountID;
  readonly domain: Domain;
  readonly password: string;
}

/** What a directory said. `failed`: it is away, or it is not set up well; `detail` is for the operator. */
export type Said =
  Exclude<DirectoryVerdict, { kind: 'unavailable' }> | { readonly kind: 'failed'; readonly detail: string };

/** `alice` of `wv:alice@provider.example`. */
export const localPartOf = ({ account, domain }: AskedUser): string =>
  account.slice('wv:'.length, -(domain.length + 1));
