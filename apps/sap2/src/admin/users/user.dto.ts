import type { EntryRefusal, User, UserFilter } from '@sap2/administration';
import { type AccountID, parseDomain, parseUserID, parseUserIDPrefix } from '@sap2/session-core';
import { z } from 'zod';
import { shortText, timeOf, yesOrNo } from '../http/fields.js';
import { Problem } from '../problem.filter.js';

/** A user as administrators see it: nothing that it proves itself with. */
export const USER = z.object({
  userID: z.string(),
  domain: z.string(),
  suspended: z.boolean(),
  suspendedReason: z.string().nullable(),
  challengeLogin: z
    .boolean()
    .describe('Whether challenge logins can succeed: a recoverable secret is stored.'),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  revision: z.int().describe('The same as the ETag.'),
});

export type UserDto = z.output<typeof USER>;

export const userDto = (user: User): UserDto => ({
  userID: user.id,
  domain: user.domain,
  suspended: user.suspended,
  suspendedReason: user.suspendedReason ?? null,
  challengeLogin: user.challengeLogin,
  createdAt: timeOf(user.createdAtMs),
  updatedAt: timeOf(user.updatedAtMs),
  revision: user.revision,
});

/** Which users a list or an export is about. */
export const USER_FILTER = {
  prefix: shortText.optional().describe('Beginning of the name in any spelling: `ali`, `wv:Ali`.'),
  domain: shortText.optional().describe('Users of this domain.'),
  suspended: yesOrNo.optional().describe('true: only suspended users. false: only the others.'),
} as const;

/** @throws Problem 400 for a domain that cannot be one */
export function userFilter({
  prefix,
  domain,
  suspended,
}: z.output<z.ZodObject<typeof USER_FILTER>>): UserFilter {
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

export const noSuchUser = (): Problem => new Problem(404, 'There is no user of this name.');

const fieldProblem = ({ field, detail }: Pick<EntryRefusal, 'field' | 'detail'>): Problem =>
  new Problem(400, `${field} ${detail}.`, [{ pointer: `/${field}`, detail }]);

/** What an act on users is refused with. */
export const USER_REFUSALS = {
  unknown: noSuchUser,
  refused: fieldProblem,
  exists: () => new Problem(409, 'There is a user of this name, however it is written.'),
  'domain-not-served': () =>
    fieldProblem({ field: 'userID', detail: 'has a domain that is not served here' }),
} as const;

/** The account of a path. @throws Problem 404 for what can be no user's name */
export function accountOf(params: { readonly userID: string }): AccountID {
  const name = parseUserID(params.userID);
  if (!name.ok || name.value.resource !== undefined) throw noSuchUser();
  return name.value.account;
}
