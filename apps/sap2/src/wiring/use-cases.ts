import { setTimeout as wait } from 'node:timers/promises';
import type { Config } from '@sap2/config';
import type { EventLog, Measures } from '@sap2/observability';
import {
  type Accounts,
  ACCOUNTS,
  Admission,
  BeginLogin,
  CompareStores,
  CompleteLogin,
  type Credentials,
  CREDENTIALS,
  type Directory,
  DIRECTORY,
  ExpireSessions,
  GetSpInfo,
  KeepAlive,
  LIVE_ENDS,
  LIVE_SESSIONS,
  type LiveEnds,
  type LiveSessions,
  LOGIN_ATTEMPTS,
  type LoginAttempts,
  LogOut,
  NegotiateServices,
  type Nonces,
  NONCES,
  RebuildLiveStore,
  ReconcileStores,
  RepairStores,
  SESSION_LEDGER,
  SessionEnd,
  type SessionLedger,
  type SessionPolicy,
  type SessionStores,
  Sync,
  SYNC_PARTS,
  type SyncParts,
} from '@sap2/session-core';
import { provide } from './provide.js';
import { systemClock, systemRandomness } from './system.js';
import { endReport } from './measured-ports.js';
import { CONFIG, EVENT_LOG, MEASURES, SESSION_POLICY, SESSION_STORES } from './tokens.js';

const policyOf = (config: Config): SessionPolicy => ({
  keepAliveMinS: config.keepAliveMinS,
  keepAliveMaxS: config.keepAliveMaxS,
  keepAliveDefaultS: config.keepAliveDefaultS,
  withheld: () => (systemRandomness.fraction() * config.keepAliveJitterPercent) / 100,
  secondLogin: {
    sameClient: config.secondLogin,
    sessionsPerUser: config.sessionsPerUser,
    overLimit: config.overLimit,
  },
});

/** What can happen to a user session, each with the ports that it needs. */
export const USE_CASE_PROVIDERS = [
  provide(SESSION_POLICY, policyOf, CONFIG),
  provide(
    SessionEnd,
    (live: LiveEnds, log: EventLog, measures: Measures) => new SessionEnd(live, endReport(log, measures)),
    LIVE_ENDS,
    EVENT_LOG,
    MEASURES,
  ),
  provide(
    SESSION_STORES,
    (ledger: SessionLedger, live: LiveSessions, end: SessionEnd): SessionStores => ({ ledger, live, end }),
    SESSION_LEDGER,
    LIVE_SESSIONS,
    SessionEnd,
  ),
  provide(Admission, (directory: Directory) => new Admission(directory), DIRECTORY),
  provide(BeginLogin, (nonces: Nonces) => new BeginLogin(nonces, systemRandomness), NONCES),
  provide(
    CompleteLogin,
    (
      stores: SessionStores,
      directory: Directory,
      accounts: Accounts,
      credentials: Credentials,
      attempts: LoginAttempts,
      nonces: Nonces,
      policy: SessionPolicy,
    ) => {
      const chance = { clock: systemClock, randomness: systemRandomness };
      const pause = (ms: number): Promise<void> => wait(ms);
      return new CompleteLogin(
        { ...stores, ...chance, pause, directory, accounts, credentials, attempts, nonces },
        policy,
      );
    },
    SESSION_STORES,
    DIRECTORY,
    ACCOUNTS,
    CREDENTIALS,
    LOGIN_ATTEMPTS,
    NONCES,
    SESSION_POLICY,
  ),
  provide(LogOut, (stores: SessionStores) => new LogOut(stores), SESSION_STORES),
  provide(
    KeepAlive,
    (live: LiveSessions, policy: SessionPolicy) => new KeepAlive(live, policy),
    LIVE_SESSIONS,
    SESSION_POLICY,
  ),
  provide(
    Sync,
    (stores: SessionStores, parts: SyncParts, policy: SessionPolicy) =>
      new Sync({ ...stores, parts }, policy),
    SESSION_STORES,
    SYNC_PARTS,
    SESSION_POLICY,
  ),
  provide(GetSpInfo, (directory: Directory) => new GetSpInfo(directory), DIRECTORY),
  provide(
    NegotiateServices,
    (stores: SessionStores, directory: Directory) => new NegotiateServices({ ...stores, directory }),
    SESSION_STORES,
    DIRECTORY,
  ),
  provide(ExpireSessions, (stores: SessionStores) => new ExpireSessions(stores), SESSION_STORES),
  provide(RebuildLiveStore, (stores: SessionStores) => new RebuildLiveStore(stores), SESSION_STORES),
  provide(
    CompareStores,
    (stores: SessionStores) => new CompareStores(stores, (ms) => wait(ms)),
    SESSION_STORES,
  ),
  provide(RepairStores, (stores: SessionStores) => new RepairStores(stores), SESSION_STORES),
  provide(ReconcileStores, (stores: SessionStores) => new ReconcileStores(stores), SESSION_STORES),
];
