import type { Json, UserChange } from '@sap2/administration';
import type { EventType, NewEvent } from '@sap2/event-feed';
import type { AccountID, Domain, EndCause, StoredCredentials } from '@sap2/session-core';
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

/** What readers of events learn of the change of a user that was there before. */
export function eventTypesOf(before: UserState, after: UserState): readonly EventType[] {
  const types: EventType[] = [];
  if (after.passwordHash !== before.passwordHash) types.push('user.credentials-changed');
  if (after.suspended !== before.suspended)
    types.push(after.suspended ? 'user.suspended' : 'user.reactivated');
  return types;
}

export const eventsOfUser = (
  { id, domain }: { readonly id: AccountID; readonly domain: Domain },
  types: readonly EventType[],
): readonly NewEvent[] => types.map((type) => ({ type, account: id, domain }));

/** What the audit says of it: no password, hash or secret. */
export const auditedState = (state: UserState): { readonly [field: string]: Json } => ({
  suspended: state.suspended,
  suspendedReason: state.suspendedReason ?? null,
  challengeLogin: state.recoverableSecret !== undefined,
});
