import type { User } from '@sap2/administration';
import type { AccountID, Domain } from '@sap2/session-core';
import type { AccountRow } from '../../rows/account.row.js';

/** A row without its secrets. */
export type UserRow = Pick<
  AccountRow,
  'id' | 'domain' | 'suspended' | 'suspended_reason' | 'created_at' | 'updated_at' | 'revision'
> & { readonly challenge_login: boolean };

export const USER_COLUMNS = `id, domain, suspended, suspended_reason, recoverable_secret IS NOT NULL AS challenge_login,
  created_at, updated_at, revision`;

/**
 * Versions begin at random. Otherwise a login in progress with a deleted user's password could succeed for the next user
 * of that name.
 */
export const FIRST_VERSION = '1 + floor(random() * 1e9)::integer';

export const userOf = (row: UserRow): User => ({
  id: row.id as AccountID,
  domain: row.domain as Domain,
  suspended: row.suspended,
  suspendedReason: row.suspended_reason ?? undefined,
  challengeLogin: row.challenge_login,
  createdAtMs: row.created_at.getTime(),
  updatedAtMs: row.updated_at.getTime(),
  revision: row.revision,
});
