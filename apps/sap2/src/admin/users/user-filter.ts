import type { UserFilter } from '@sap2/administration';
import { parseDomain, parseUserIDPrefix } from '@sap2/session-core';
import type { z } from 'zod';
import { shortText, yesOrNo } from '../http/fields.js';
import { Problem } from '../problem.filter.js';

/** Which users, in the query of a list and of an export. */
export const USER_QUERY = {
  prefix: shortText.optional().describe('Beginning of the name, however it is written: `ali`, `wv:Ali`.'),
  domain: shortText.optional().describe('Whose users.'),
  suspended: yesOrNo.optional().describe('Only those that are, or are not.'),
} as const;

type UserQuery = z.output<z.ZodObject<typeof USER_QUERY>>;

/** @throws Problem 400 for a domain that is none */
export function userFilter({ prefix, domain, suspended }: UserQuery): UserFilter {
  const named = domain === undefined ? undefined : parseDomain(domain);
  if (named?.ok === false) {
    const detail = 'It must be a domain name.';
    throw new Problem(400, 'The domain is not valid.', [{ pointer: '?domain', detail }]);
  }
  return {
    prefix: prefix === undefined ? undefined : parseUserIDPrefix(prefix),
    domain: named?.value,
    suspended,
  };
}
