import { CREDENTIALS_ENTRY, REASON, USER_ENTRY, USER_PATCH } from '@sap2/administration';
import { z } from 'zod';
import { PAGE_QUERY, pageOf, shortText, yesOrNo } from '../http/fields.js';
import { NDJSON } from '../http/ndjson.js';
import { operations } from '../http/operation.js';

/** A user as administrators see it: nothing that it proves itself with. */
export const STORED_USER = z
  .object({
    userID: z.string(),
    domain: z.string(),
    suspended: z.boolean(),
    suspendedReason: z.string().nullable(),
    challengeLogin: z
      .boolean()
      .describe('Whether challenge logins can succeed: a recoverable secret is stored.'),
    lastLoginAt: z.iso.datetime().nullable().describe('Of the last login that opened a session.'),
    lastLoginBy: z.string().nullable().describe('The peer of that login.'),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    revision: z.int().describe('The same as the ETag.'),
  })
  .meta({ id: 'StoredUser' });

export const USER = STORED_USER.extend({
  failedLogins: z
    .int()
    .nullable()
    .describe('Wrong passwords that count now, at all peers together. Null while Redis is away.'),
  lockedUntil: z.iso
    .datetime()
    .nullable()
    .describe(
      'Until then a peer refuses the logins of the user (503). Null: no peer does, or Redis is away.',
    ),
}).meta({ id: 'User' });

/** Which users a list or an export is about. */
const USER_FILTER = {
  prefix: shortText.optional().describe('Beginning of the name in any spelling: `ali`, `wv:Ali`.'),
  domain: shortText.optional().describe('Users of this domain.'),
  suspended: yesOrNo.optional().describe('true: only suspended users. false: only the others.'),
} as const;

const params = {
  userID: shortText.describe(
    'Such as `wv:alice@provider.example`, in upper or lower case, with or without `wv:`.',
  ),
} as const;

const CHANGE = {
  scope: 'users',
  params,
  answer: { status: 200, says: 'The user as it is now.', schema: USER },
  changes: true,
} as const;

export const USERS = operations('users', {
  listUsers: {
    command: 'user list',
    route: 'GET /users',
    summary: 'Users, in the order of their names.',
    scope: 'read',
    query: {
      ...PAGE_QUERY,
      ...USER_FILTER,
      locked: yesOrNo.default(false).describe('true: only users that are locked after wrong passwords.'),
    },
    answer: { status: 200, says: 'A page of users.', schema: pageOf(USER) },
  },
  createUser: {
    command: { name: 'user create', places: ['userID'], asks: 'password' },
    route: 'POST /users',
    summary: 'Creates a user in a domain that is served here.',
    description: 'All spellings of a name (case, `wv:`, a trailing dot, Unicode look-alikes) are one user.',
    scope: 'users',
    body: USER_ENTRY.meta({ id: 'NewUser' }),
    answer: { status: 201, says: 'The user.', schema: USER },
    refusals: [409],
    creates: true,
  },
  importUsers: {
    command: 'user import',
    route: 'POST /users/import',
    summary:
      'Creates and changes any number of users, one JSON text per line. The answer has a result for each line.',
    description:
      'A line is the body of a creation. Results come before the last line is sent, so read them meanwhile. A refused line does not stop the others. If the answer breaks off, send the lines again: repeated lines change nothing. A new password or a suspension ends the sessions of that user (601).',
    scope: 'users',
    query: {
      dryRun: yesOrNo.default(false).describe('true: reports what would happen, and changes nothing.'),
    },
    streams: NDJSON,
    answer: {
      status: 200,
      says: 'One result per line, in the same order. Blank lines get no result.',
      mediaType: NDJSON,
      schema: z.object({
        line: z.int().describe('Of the input, from 1.'),
        status: z.enum(['created', 'changed', 'unchanged', 'refused']),
        detail: z.string().optional().describe('Why it is refused.'),
      }),
    },
    refusals: [415],
  },
  exportUsers: {
    command: 'user export',
    route: 'GET /users/export',
    summary: 'Every user that matches the filter, one JSON text per line, without passwords and hashes.',
    description: 'A stream at the speed of the reader. An answer that breaks off is not complete.',
    scope: 'read',
    query: USER_FILTER,
    answer: { status: 200, says: 'One user per line.', schema: STORED_USER, mediaType: NDJSON },
  },
  getUser: {
    command: 'user show',
    route: 'GET /users/:userID',
    summary: 'One user.',
    scope: 'read',
    params,
    answer: { status: 200, says: 'The user.', schema: USER },
  },
  changeUser: {
    command: 'user change',
    ...CHANGE,
    route: 'PATCH /users/:userID',
    summary: 'Changes the given fields of a user, and no others.',
    description:
      'A suspension ends every session of the user (601). `challengeLogin: false` deletes the recoverable secret. Only a new password makes a new one.',
    body: USER_PATCH.meta({ id: 'UserChange' }),
  },
  deleteUser: {
    command: 'user delete',
    ...CHANGE,
    route: 'DELETE /users/:userID',
    summary: 'Deletes a user, and ends all its sessions (601).',
    description: 'The history of sessions and the audit keep their entries.',
    answer: { status: 204, says: 'It is deleted.' },
  },
  setPassword: {
    command: { name: 'user set-password', asks: 'password' },
    ...CHANGE,
    route: 'PUT /users/:userID/password',
    summary: 'Gives a user a new password, and ends all its sessions (601).',
    body: CREDENTIALS_ENTRY.meta({ id: 'Credentials' }),
  },
  suspendUser: {
    command: 'user suspend',
    ...CHANGE,
    route: 'POST /users/:userID/suspend',
    summary: 'Ends every session of a user (601), and refuses its logins (403) until it is reactivated.',
    body: z.strictObject({ reason: REASON }),
  },
  reactivateUser: {
    command: 'user reactivate',
    ...CHANGE,
    route: 'POST /users/:userID/reactivate',
    summary: 'Lets a suspended user log in again. For other users nothing changes.',
  },
  unlockUser: {
    command: 'user unlock',
    route: 'POST /users/:userID/unlock',
    summary: 'Resets the count of wrong passwords of a user, at every peer.',
    scope: 'users',
    params,
    answer: { status: 204, says: 'The user may try again at once.' },
  },
  endUserSessions: {
    command: 'user end-sessions',
    route: 'POST /users/:userID/end-sessions',
    summary: 'Logs a user out everywhere (601); it may log in again at once.',
    scope: 'users',
    params,
    body: z.strictObject({ reason: REASON.optional() }).optional(),
    answer: {
      status: 200,
      says: 'How many sessions were live until now.',
      schema: z.object({ ended: z.int() }),
    },
  },
});
