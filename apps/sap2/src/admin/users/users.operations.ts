import { CREDENTIALS_ENTRY, REASON, USER_ENTRY, USER_PATCH } from '@sap2/administration';
import { z } from 'zod';
import { PAGE_QUERY, pageOf, shortText, yesOrNo } from '../http/fields.js';
import { NDJSON } from '../http/ndjson.js';
import { operations } from '../http/operation.js';
import { USER, USER_FILTER } from './user.dto.js';

const params = {
  userID: shortText.describe(
    'Such as `wv:alice@provider.example`, in upper or lower case, with or without `wv:`.',
  ),
} as const;

/** A change of one user. */
const CHANGE = {
  scope: 'users',
  params,
  answer: { status: 200, says: 'The user as it is now.', schema: USER },
  refusals: [404, 412],
  changes: true,
} as const;

export const USERS = operations('users', {
  listUsers: {
    command: { noun: 'user', verb: 'list' },
    method: 'GET',
    path: '/users',
    summary: 'Users, in the order of their names.',
    scope: 'read',
    query: { ...PAGE_QUERY, ...USER_FILTER },
    answer: { status: 200, says: 'A page of users.', schema: pageOf(USER) },
  },
  createUser: {
    command: { noun: 'user', verb: 'create', places: ['userID'], asks: 'password' },
    method: 'POST',
    path: '/users',
    summary: 'Creates a user in a domain that is served here.',
    description: 'All spellings of a name (case, `wv:`, a trailing dot, Unicode look-alikes) are one user.',
    scope: 'users',
    body: USER_ENTRY,
    answer: { status: 201, says: 'The user.', schema: USER },
    refusals: [409, 422],
    creates: true,
  },
  importUsers: {
    command: { noun: 'user', verb: 'import' },
    method: 'POST',
    path: '/users/import',
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
    command: { noun: 'user', verb: 'export' },
    method: 'GET',
    path: '/users/export',
    summary: 'Every user that matches the filter, one JSON text per line, without passwords and hashes.',
    description: 'A stream at the speed of the reader. An answer that breaks off is not complete.',
    scope: 'read',
    query: USER_FILTER,
    answer: { status: 200, says: 'One user per line.', schema: USER, mediaType: NDJSON },
  },
  getUser: {
    command: { noun: 'user', verb: 'show' },
    method: 'GET',
    path: '/users/:userID',
    summary: 'One user.',
    scope: 'read',
    params,
    answer: { status: 200, says: 'The user.', schema: USER },
    refusals: [404],
  },
  changeUser: {
    command: { noun: 'user', verb: 'change' },
    ...CHANGE,
    method: 'PATCH',
    path: '/users/:userID',
    summary: 'Changes the given fields of a user, and no others.',
    description:
      'A suspension ends every session of the user (601). `challengeLogin: false` deletes the recoverable secret. Only a new password makes a new one.',
    body: USER_PATCH,
  },
  deleteUser: {
    command: { noun: 'user', verb: 'delete' },
    ...CHANGE,
    method: 'DELETE',
    path: '/users/:userID',
    summary: 'Deletes a user, and ends all its sessions (601).',
    description: 'The history of sessions and the audit keep their entries.',
    answer: { status: 204, says: 'It is deleted.' },
  },
  setPassword: {
    command: { noun: 'user', verb: 'set-password', asks: 'password' },
    ...CHANGE,
    method: 'PUT',
    path: '/users/:userID/password',
    summary: 'Gives a user a new password, and ends all its sessions (601).',
    body: CREDENTIALS_ENTRY,
  },
  suspendUser: {
    command: { noun: 'user', verb: 'suspend' },
    ...CHANGE,
    method: 'POST',
    path: '/users/:userID/suspend',
    summary: 'Ends every session of a user (601), and refuses its logins (403) until it is reactivated.',
    body: z.strictObject({ reason: REASON }),
  },
  reactivateUser: {
    command: { noun: 'user', verb: 'reactivate' },
    ...CHANGE,
    method: 'POST',
    path: '/users/:userID/reactivate',
    summary: 'Lets a suspended user log in again. For other users nothing changes.',
  },
  unlockUser: {
    command: { noun: 'user', verb: 'unlock' },
    method: 'POST',
    path: '/users/:userID/unlock',
    summary: 'Resets the count of wrong passwords of a user, at every peer.',
    scope: 'users',
    params,
    answer: { status: 204, says: 'The user may try again at once.' },
    refusals: [404],
  },
  endUserSessions: {
    command: { noun: 'user', verb: 'end-sessions' },
    method: 'POST',
    path: '/users/:userID/end-sessions',
    summary: 'Logs a user out everywhere (601); it may log in again at once.',
    scope: 'users',
    params,
    body: z.strictObject({ reason: REASON.optional() }).optional(),
    answer: {
      status: 200,
      says: 'How many sessions were live until now.',
      schema: z.object({ ended: z.int() }),
    },
    refusals: [404],
  },
});
