import type { Result } from '@sap2/kernel';
import {
  type AccountID,
  type Domain,
  parseDomain,
  parseServiceID,
  parseUserID,
  type ServiceID,
} from '@sap2/session-core';
import { shortText } from './fields.js';

/** A name that a parser takes; in the OpenAPI document it is the text that is sent. */
const named = (parse: (text: string) => Result<unknown, string>, means: string, says: string) =>
  shortText.refine((text) => parse(text).ok, says).describe(means);

export const USER_NAME = named(
  parseUserID,
  'A user, such as `wv:alice@provider.example`.',
  'must be a user id, wv:user@domain',
);
export const PEER_NAME = named(
  parseServiceID,
  'A peer, such as `wv:@operator.example`.',
  'must be a service id, wv:@domain',
);
export const DOMAIN_NAME = named(parseDomain, 'A domain, such as `provider.example`.', 'must be a domain');

/** Of what the schemas above have let through. @throws Error for anything else */
const known = <T>(result: Result<T, string>): T => {
  if (result.ok) return result.value;
  throw new Error(`a name that no schema has looked at: ${result.error}`);
};

/** What a filter leaves out stays undefined. */
export const accountOf = (text: string | undefined): AccountID | undefined =>
  text === undefined ? undefined : known(parseUserID(text)).account;
export const domainOf = (text: string | undefined): Domain | undefined =>
  text === undefined ? undefined : known(parseDomain(text));
export function peerOf(text: string): ServiceID;
export function peerOf(text: string | undefined): ServiceID | undefined;
export function peerOf(text: string | undefined): ServiceID | undefined {
  return text === undefined ? undefined : known(parseServiceID(text));
}

const ROW_ID = /^\d{1,15}$/;

/** The number that a row may have; undefined: no row has such an id. */
export const rowIDOf = ({ id }: { readonly id: string }): string | undefined =>
  ROW_ID.test(id) ? id : undefined;
