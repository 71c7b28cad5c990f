import type { Json, UserChange } from '@sap2/administration';
import type { EndCause, StoredCredentials } from '@sap2/session-core';
import type { UserState } from '../../rows/account.row.js';

export interface ChangedState {
  readonly state: UserState;
  readonly isChanged: boolean;
  /** Why the live sessions end with it; undefined: they live on. */
  readonly ends: EndCause | undefined;
}

/** Before a user is there; a hash that no password has. */
export const NO_USER: UserState = {
  suspended: false,
  suspendedReason: undefined,
  passwordHash: '',
  recoverableSecret: undefined,
};

/** What a change makes of a user. `credentials`: what the change's credentials are stored as. */
export function changedState(
  before: UserState,
  { suspension, endChallengeLogin }: Pick<UserChange, 'suspension' | 'endChallengeLogin'>,
  credentials: StoredCredentials | undefined,
): ChangedState {
  const { passwordHash, recoverableSecret } = credentials ?? before;
  const { suspended, suspendedReason } = suspension
    ? {
        suspended: suspension.suspended,
        suspendedReason: suspension.suspended ? suspension.reason : undefined,
      }
    : before;
  const secret = endChallengeLogin === true ? undefined : recoverableSecret;
  const state: UserState = { suspended, suspendedReason, passwordHash, recoverableSecret: secret };
  const isChanged = FIELDS.some((field) => before[field] !== state[field]);
  return { state, isChanged, ends: endingOf(before, state) };
}

const FIELDS = Object.keys(NO_USER) as (keyof UserState)[];

function endingOf(before: UserState, after: UserState): EndCause | undefined {
  if (after.suspended && !before.suspended) return 'account-suspended';
  return after.passwordHash === before.passwordHash ? undefined : 'credentials-changed';
}

/** What the audit says of it: no password, hash or secret. */
export const auditedState = (state: UserState): { readonly [field: string]: Json } => ({
  suspended: state.suspended,
  suspendedReason: state.suspendedReason ?? null,
  challengeLogin: state.recoverableSecret !== undefined,
});
