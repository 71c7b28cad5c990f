import type { Plain } from './plain-port.js';
import type {
  AccountID,
  OpenOutcome,
  SecondLoginPolicy,
  SessionLedger,
  SessionPageRequest,
  UserSession,
  UserSessionID,
} from '@sap2/session-core';

/** A ledger without sessions that knows PROVIDER, OPERATOR and OTHER_OPERATOR, and alice and bob with account version 1. */
export interface SessionLedgerSubject {
  readonly ledger: Plain<SessionLedger>;
  /** Suspended, deleted, or its version one higher. */
  readonly changeAccount: (
    account: AccountID,
    change: 'suspend' | 'delete' | 'raise-version',
  ) => Promise<void>;
  /** The clock that gives `startedAtMs`. */
  readonly nowMs: () => number;
  /** A real store may move its rows into the past instead, by up to 60 s. */
  readonly letPass: (ms: number) => Promise<void>;
  close(): Promise<void>;
}

export type GetSessionLedger = () => SessionLedgerSubject;

export const NO_REASON = { reason: undefined, onlyOwnedBy: undefined };
export const POLICY: SecondLoginPolicy = {
  sameClient: 'takeover',
  sessionsPerUser: 3,
  overLimit: 'evict-oldest',
};
export const REJECT: SecondLoginPolicy = { sameClient: 'reject', sessionsPerUser: 3, overLimit: 'reject' };

let transactions = 0;
export const open = (
  ledger: Plain<SessionLedger>,
  session: UserSession,
  policy = POLICY,
  transactionID = `contract-${++transactions}`,
  accountVersion = 1,
): Promise<OpenOutcome> => ledger.open({ session, transactionID, accountVersion }, policy);

const byCodePoint = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
export const sortedIDs = (sessions: readonly { readonly id: UserSessionID }[]): UserSessionID[] =>
  sessions.map(({ id }) => id).toSorted(byCodePoint);
export const idsOf = (sessions: readonly { readonly id: UserSessionID }[]): UserSessionID[] =>
  sessions.map(({ id }) => id);
export const everything: SessionPageRequest = {
  after: undefined,
  limit: 500,
  account: undefined,
  peer: undefined,
};
