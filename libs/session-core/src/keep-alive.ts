import { assertNever } from '@sap2/kernel';
import { type EntitledUser, callerOf } from './check-entitlement.js';
import { parseUserSessionID, type ServiceID } from './ids.js';
import { answerOf, type EntryOutcome, type KeepAliveAnswer } from './keep-alive-answer.js';
import type { Grants } from './grants.js';
import type { Caller, RenewOutcome } from './ports/live-sessions.port.js';
import { grantedKeepAliveS, type SessionPolicy } from './session-policy.js';
import { statusOfEnd } from './user-session.js';

export interface KeepAliveEntry {
  /** As sent. */
  readonly userSessionID: string;
  /** Seconds; 0 is refused, anything else is clamped. */
  readonly timeToLiveS: number | undefined;
}

export type KeepAliveRequest =
  | {
      readonly form: 'single';
      readonly peer: ServiceID;
      /** Whose session it must be. */
      readonly user: EntitledUser;
      readonly entry: KeepAliveEntry;
    }
  | {
      readonly form: 'batch';
      readonly peer: ServiceID;
      /** What is named twice is renewed twice, and the last time that is asked for stands. */
      readonly entries: readonly KeepAliveEntry[];
    };

/**
 * Touches the live store only, and that once, however long the batch (ssp-binding §4.3). Only a time that is granted anew
 * is in the ledger too before it is answered (V9).
 */
export class KeepAlive {
  constructor(
    private readonly grants: Pick<Grants, 'renew'>,
    private readonly policy: SessionPolicy,
  ) {}

  async execute(request: KeepAliveRequest): Promise<KeepAliveAnswer> {
    const single = request.form === 'single';
    const caller = callerOf(request.peer, single ? request.user : undefined);
    const entries = single ? [request.entry] : request.entries;
    const outcomes = await renewEntries(this.grants, this.policy, entries, caller, undefined);
    const answer = answerOf(outcomes, this.policy.keepAliveDefaultS);
    // Its code says it all: details are for many.
    return single ? { ...answer, failures: [] } : answer;
  }
}

/** Renews what is listed, in its order; an id that cannot be one of ours is as unknown as any. */
export async function renewEntries(
  grants: Pick<Grants, 'renew'>,
  policy: SessionPolicy,
  entries: readonly KeepAliveEntry[],
  caller: Caller,
  sapEpoch: string | undefined,
): Promise<readonly EntryOutcome[]> {
  const parsed = entries.map((entry) => ({ entry, id: parseUserSessionID(entry.userSessionID) }));
  const renewals = parsed.flatMap(({ entry: { timeToLiveS }, id }) =>
    id === undefined
      ? []
      : [{ id, keepAliveTimeS: timeToLiveS ? grantedKeepAliveS(timeToLiveS, policy, id) : undefined }],
  );
  const renewed = (await grants.renew(renewals, caller, sapEpoch)).values();
  return parsed.map(({ entry, id }) => entryOutcome(entry, id && renewed.next().value));
}

function entryOutcome(
  { userSessionID, timeToLiveS }: KeepAliveEntry,
  outcome: RenewOutcome | undefined,
): EntryOutcome {
  const failed = (code: EntryOutcome['code']): EntryOutcome => ({
    userSessionID,
    code,
    keepAliveTimeS: undefined,
  });
  switch (outcome?.kind) {
    case 'renewed':
      return { userSessionID, code: timeToLiveS === 0 ? 605 : 200, keepAliveTimeS: outcome.keepAliveTimeS };
    case 'ended':
      return failed(statusOfEnd(outcome.cause));
    case 'mismatch':
      return failed(422);
    case 'unknown':
    case undefined:
      return failed(604);
    default:
      return assertNever(outcome);
  }
}
