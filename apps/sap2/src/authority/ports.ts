import type { IdentityStore } from '@sap2/identity-store';
import type { LiveStore } from '@sap2/live-store';
import type { StoreName } from '@sap2/observability';
import { crashing, timed } from '../reports/watched-ports.js';
import type { Base } from './base.js';

export type Ports = ReturnType<typeof makePorts>;

/**
 * Which store owns which fact: every port beside its adapter, by the name that `/metrics` and `SAP2_FAULT_INJECTION`
 * have for it.
 */
export function makePorts(base: Base, identity: IdentityStore, live: LiveStore) {
  const inPostgres = {
    SessionLedger: identity.ledger,
    DisconnectOutbox: identity.outbox,
    EventFeed: identity.events,
    LiveSessionQuery: identity.liveSessions,
    LockNotes: identity.lockNotes,
    Accounts: identity.accounts,
    Credentials: identity.credentials,
    Directory: identity.directory,
    Agreements: identity.agreements,
    Users: identity.users,
    Creations: identity.creations,
    Audit: identity.audit,
    Domains: identity.domains,
    AdministratorBook: identity.administratorBook,
    AgreementBook: identity.agreementBook,
    Sessions: identity.sessions,
    Jobs: identity.jobs,
    Statistics: identity.statistics,
    Deliveries: identity.deliveries,
    PeerLines: identity.peerLines,
    Subscriptions: identity.subscriptions,
    SubscriptionLines: identity.subscriptionLines,
    SigningKeys: identity.signingKeys,
  };
  const inRedis = {
    LiveSessions: live.sessions,
    LiveEnds: live.ends,
    UseTimes: live.useTimes,
    Nonces: live.nonces,
    LoginAttempts: live.loginAttempts,
    SyncParts: live.syncParts,
    SspSessions: live.sspSessions,
    Setups: live.setups,
    OutgoingSetups: live.outgoingSetups,
    ConsoleSessions: live.consoleSessions,
    TransactionLedger: live.transactions,
  };
  return { ...watched('postgresql', inPostgres, base), ...watched('redis', inRedis, base) };
}

/** Each call is timed, and kills the process where a test of faults wants it to. */
function watched<Some extends object>(store: StoreName, ports: Some, { config, measures }: Base): Some {
  const pairs = Object.entries<object>(ports as Record<string, object>).map(([name, port]) => [
    name,
    crashing(name, timed(port, measures.storeCalls(store, name)), config.faultInjection),
  ]);
  return Object.fromEntries(pairs) as Some;
}
