import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Config } from '@sap2/config';
import type { EventLog } from '@sap2/observability';
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
  Grants,
  KeepAlive,
  LIVE_SESSIONS,
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
  type SessionLedger,
  type SessionPolicy,
  type SessionStores,
  Sync,
  SYNC_PARTS,
  type SyncParts,
  type UserSessionID,
} from '@sap2/session-core';
import { provide } from './provide.js';
import { systemClock, systemRandomness } from './system.js';
import { CONFIG, EVENT_LOG, SESSION_POLICY, SESSION_STORES } from './tokens.js';

const policyOf = (config: Config): SessionPolicy => ({
  keepAliveMinS: config.keepAliveMinS,
  keepAliveMaxS: config.keepAliveMaxS,
  keepAliveDefaultS: config.keepAliveDefaultS,
  withheld: (id) => (fractionOf(id) * config.keepAliveJitterPercent) / 100,
  secondLogin: {
    sameClient: config.secondLogin,
    sessionsPerUser: config.sessionsPerUser,
    overLimit: config.overLimit,
  },
});

/** Evenly spread over 0..1, and always the same for a session; says nothing about its id. */
const fractionOf = (id: UserSessionID): number =>
  createHash('sha256').update(id).digest().readUInt32BE() / 2 ** 32;

/** What can happen to a user session, each with the ports that it needs. */
export const USE_CASE_PROVIDERS = [
  provide(SESSION_POLICY, policyOf, CONFIG),
  provide(
    SESSION_STORES,
    (ledger: SessionLedger, live: LiveSessions): SessionStores => ({ ledger, live }),
    SESSION_LEDGER,
    LIVE_SESSIONS,
  ),
  provide(
    Grants,
    (stores: SessionStores, log: EventLog) =>
      new Grants(
        stores,
        (ms) => wait(ms, undefined, { ref: false }),
        (error) => log.warn('grants_not_recorded', { error }),
      ),
    SESSION_STORES,
    EVENT_LOG,
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
      grants: Grants,
    ) => {
      const chance = { clock: systemClock, randomness: systemRandomness };
      const pause = (ms: number): Promise<void> => wait(ms);
      return new CompleteLogin(
        { ...stores, ...chance, pause, directory, accounts, credentials, attempts, nonces, grants },
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
    Grants,
  ),
  provide(LogOut, (stores: SessionStores) => new LogOut(stores), SESSION_STORES),
  provide(
    KeepAlive,
    (grants: Grants, policy: SessionPolicy) => new KeepAlive(grants, policy),
    Grants,
    SESSION_POLICY,
  ),
  provide(
    Sync,
    (stores: SessionStores, parts: SyncParts, policy: SessionPolicy, grants: Grants) =>
      new Sync({ ...stores, parts, grants }, policy),
    SESSION_STORES,
    SYNC_PARTS,
    SESSION_POLICY,
    Grants,
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
