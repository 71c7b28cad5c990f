import type { Json, UserChange } from '@sap2/administration';
import type { EndCause } from '@sap2/session-core';
import type { AccountRow } from '../../rows/account.row.js';
import type { CredentialColumns } from './user-credentials.js';

/** The columns that administrators change. */
export type UserState = Pick<AccountRow, 'suspended' | 'suspended_reason'> & CredentialColumns;

export interface ChangedState {
  readonly state: UserState;
  readonly isChanged: boolean;
  /** Why the live sessions end with it; undefined: they live on. */
  readonly ends: EndCause | undefined;
}

/** What a change makes of a user. `credentials`: what the change's credentials are stored as. */
export function changedState(
  before: UserState,
  { suspension, endChallengeLogin }: Pick<UserChange, 'suspension' | 'endChallengeLogin'>,
  credentials: CredentialColumns | undefined,
): ChangedState {
  const state: UserState = {
    suspended: suspension?.suspended ?? before.suspended,
    suspended_reason:
      suspension === undefined
        ? before.suspended_reason
        : ((suspension.suspended ? suspension.reason : undefined) ?? null),
    password_hash: credentials?.password_hash ?? before.password_hash,
    recoverable_secret:
      endChallengeLogin === true
        ? null
        : credentials === undefined
          ? before.recoverable_secret
          : credentials.recoverable_secret,
  };
  return { state, isChanged: differ(before, state), ends: endingOf(before, state) };
}

const COLUMNS = ['suspended', 'suspended_reason', 'password_hash', 'recoverable_secret'] as const;

const differ = (before: UserState, after: UserState): boolean =>
  COLUMNS.some((column) => before[column] !== after[column]);

function endingOf(before: UserState, after: UserState): EndCause | undefined {
  if (after.suspended && !before.suspended) return 'account-suspended';
  return after.password_hash === before.password_hash ? undefined : 'credentials-changed';
}

/** What the audit says of it: no password, hash or secret. */
export const auditedState = (state: UserState): { readonly [field: string]: Json } => ({
  suspended: state.suspended,
  suspendedReason: state.suspended_reason,
  challengeLogin: state.recoverable_secret !== null,
});
