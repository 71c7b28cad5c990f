import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Config } from '@sap2/config';
import * as core from '@sap2/session-core';
import { endReport } from '../reports/end-report.js';
import { type Base, pause, systemClock, systemRandomness } from './base.js';
import type { Ports } from './ports.js';

const policyOf = (config: Config): core.SessionPolicy => ({
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

/** Evenly spread over 0..1, and always the same for a session; it says nothing about its id. */
const fractionOf = (id: core.UserSessionID): number =>
  createHash('sha256').update(id).digest().readUInt32BE() / 2 ** 32;

export type SessionUseCases = ReturnType<typeof makeSessions>;

/** What can happen to a user session, each with the ports that it needs. */
export function makeSessions(
  { config, log, measures }: Base,
  ports: Ports,
  userDirectories: core.UserDirectories,
) {
  const policy = policyOf(config);
  const end = new core.SessionEnd(ports.LiveEnds, endReport(log, measures));
  const { Directory: directory, SessionLedger: ledger, LiveSessions: live } = ports;
  const stores = { ledger, live, end };
  const grants = new core.Grants(
    stores,
    (ms) => setTimeout(ms, undefined, { ref: false }),
    (error) => log.warn('grants_not_recorded', { error }),
  );
  const login = {
    ...stores,
    directory,
    clock: systemClock,
    randomness: systemRandomness,
    pause,
    accounts: ports.Accounts,
    credentials: ports.Credentials,
    userDirectories,
    attempts: ports.LoginAttempts,
    nonces: ports.Nonces,
    locks: ports.LockNotes,
    grants,
    onOpened: () => measures.sessionOpened(),
  };
  return {
    policy,
    end,
    grants,
    entitlement: new core.CheckEntitlement(directory),
    beginLogin: new core.BeginLogin(ports.Nonces, systemRandomness, directory),
    completeLogin: new core.CompleteLogin(login, policy),
    logOut: new core.LogOut(stores),
    keepAlive: new core.KeepAlive(grants, policy),
    sync: new core.Sync({ ...stores, parts: ports.SyncParts, grants }, policy),
    getSpInfo: new core.GetSpInfo(directory),
    negotiate: new core.NegotiateServices({ ...stores, directory }),
    expire: new core.ExpireSessions(stores),
    rebuild: new core.RebuildLiveStore(stores),
    reconcile: new core.ReconcileStores(stores),
    compare: new core.CompareStores(stores, pause),
    repair: new core.RepairStores(stores),
  };
}
