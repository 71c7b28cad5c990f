import type { User } from '@sap2/administration';
import type { Account, StoredCredentials } from '@sap2/session-core';
import { ColumnMap } from './column-map.js';

const users = new ColumnMap<User>({
  id: 'text',
  domain: 'text',
  suspended: 'boolean',
  suspendedReason: 'text',
  challengeLogin: 'boolean',
  lastLoginAtMs: 'timestamptz',
  lastLoginBy: 'text',
  createdAtMs: 'timestamptz',
  updatedAtMs: 'timestamptz',
  revision: 'integer',
});

/** A row without its secrets, for `userOf`. */
export const USER_COLUMNS = users.names.replace(
  'challenge_login',
  'recoverable_secret IS NOT NULL AS challenge_login',
);

export const userOf = (row: object): User => users.thingOf(row);

/** What administrators change. The credentials are stored as they are: a hash, and a secret that the vault sealed. */
export interface UserState extends StoredCredentials {
  readonly suspended: boolean;
  readonly suspendedReason: string | undefined;
}

export const states = new ColumnMap<UserState>({
  suspended: 'boolean',
  suspendedReason: 'text',
  passwordHash: 'text',
  recoverableSecret: 'text',
});

const logins = new ColumnMap<Omit<Account, 'credentials'> & StoredCredentials>({
  id: 'text',
  suspended: 'boolean',
  version: 'integer',
  passwordHash: 'text',
  recoverableSecret: 'text',
});

/** What a login compares, for `accountOf`. */
export const LOGIN_COLUMNS = logins.names;

export function accountOf(row: object): Account {
  const { passwordHash, recoverableSecret, ...account } = logins.thingOf(row);
  return { ...account, credentials: { passwordHash, recoverableSecret } };
}

/**
 * Versions begin at random. Otherwise a login in progress with a deleted user's password could succeed for the next user
 * of that name.
 */
export const FIRST_VERSION = '1 + floor(random() * 1e9)::integer';
