import type { OpenOutcome, SecondLoginPolicy, SessionBirth, UserSession } from '@sap2/session-core';
import { clientKeyOf } from '@sap2/session-core';

/** A live session of the account that logs in once more. */
export interface Predecessor {
  readonly session: UserSession;
  /** The transaction that opened it. */
  readonly transactionID: string;
}

export type Opening =
  | Extract<OpenOutcome, { kind: 'already-logged-in' | 'too-many-sessions' }>
  | { readonly kind: 'repeated'; readonly session: UserSession }
  | {
      readonly kind: 'open';
      readonly replaced: UserSession | undefined;
      readonly evicted: readonly UserSession[];
    };

/** What a login does to the account's live sessions (ssp-binding §4.1). Asked with the account locked. */
export function decideOpening(
  birth: SessionBirth,
  live: readonly Predecessor[],
  policy: SecondLoginPolicy,
): Opening {
  const clientKey = clientKeyOf(birth.session.client);
  const same = live.find(({ session }) => clientKeyOf(session.client) === clientKey);
  if (same?.transactionID === birth.transactionID && same.session.peer === birth.session.peer) {
    return { kind: 'repeated', session: same.session };
  }
  if (same !== undefined && policy.sameClient === 'reject') return { kind: 'already-logged-in' };
  const others = live.filter((one) => one !== same).map(({ session }) => session);
  const surplus = Math.max(0, others.length + 1 - policy.sessionsPerUser);
  if (surplus > 0 && policy.overLimit === 'reject') return { kind: 'too-many-sessions' };
  return { kind: 'open', replaced: same?.session, evicted: others.toSorted(byAge).slice(0, surplus) };
}

const byAge = (a: UserSession, b: UserSession): number =>
  a.startedAtMs - b.startedAtMs || (a.id < b.id ? -1 : 1);
