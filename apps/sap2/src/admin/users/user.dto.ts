import type { User } from '@sap2/administration';
import { type AccountID, parseUserID } from '@sap2/session-core';
import { z } from 'zod';
import { shortText, timeOf } from '../http/fields.js';
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
  revision: z.int().describe('Also the ETag.'),
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

/** What a user proves itself with: exactly one of the first two. */
export const CREDENTIALS_FIELDS = {
  password: z.string().optional().describe('What the user logs in with.'),
  passwordHash: z
    .string()
    .optional()
    .describe('argon2id, PHC format, with the parameters of this service (SAP2_ARGON2_…), one lane.'),
  challengeLogin: z
    .boolean()
    .optional()
    .describe('false: no recoverable secret is stored, and challenge logins fail like a wrong password.'),
} as const;

export const SUSPENSION_FIELDS = {
  suspended: z.boolean().optional().describe('true: the user can not log in.'),
  suspendedReason: z.string().optional().describe('Only with `suspended: true`.'),
} as const;

/** A user that is to be: the body of a creation, and a line of an import. */
export const USER_ENTRY = z.strictObject({
  userID: z.string().describe('Such as `wv:alice@provider.example`, of a domain that is served here.'),
  ...CREDENTIALS_FIELDS,
  ...SUSPENSION_FIELDS,
});

export const USER_PARAMS = {
  userID: shortText.describe(
    'Plain, such as `wv:alice@provider.example`; in any case, `wv:` may be missing.',
  ),
} as const;

export const noSuchUser = (): Problem => new Problem(404, 'There is no user of this name.');

/** The account of a path. @throws Problem 404 for what can be no user's name */
export function accountOf(params: { readonly userID: string }): AccountID {
  const name = parseUserID(params.userID);
  if (!name.ok || name.value.resource !== undefined) throw noSuchUser();
  return name.value.account;
}
