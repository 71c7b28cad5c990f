import type { Config } from '@sap2/config';
import type { IdentityStore } from '@sap2/identity-store';
import type { LiveStore } from '@sap2/live-store';
import type { Measures, StoreName } from '@sap2/observability';
import {
  ADMINISTRATOR_BOOK,
  AGREEMENT_BOOK,
  AUDIT,
  CREATIONS,
  DELIVERIES,
  DOMAINS,
  JOBS,
  PEER_LINES,
  SESSIONS,
  STATISTICS,
  USERS,
} from '@sap2/administration';
import { Administrators } from '@sap2/identity-store';
import { AGREEMENTS, OUTGOING_SETUPS, SETUPS, SSP_SESSIONS, TRANSACTION_LEDGER } from '@sap2/peer-link';
import {
  ACCOUNTS,
  CREDENTIALS,
  DIRECTORY,
  DISCONNECT_OUTBOX,
  LIVE_SESSIONS,
  LOGIN_ATTEMPTS,
  NONCES,
  SESSION_LEDGER,
  SYNC_PARTS,
} from '@sap2/session-core';
import type { FactoryProvider, Type } from '@nestjs/common';
import { crashing } from './crash-points.js';
import { measuredLedger } from './measured-ports.js';
import { provide } from './provide.js';
import { timed } from './timed-ports.js';
import { CONFIG, IDENTITY_STORE, LIVE_STORE, MEASURES } from './tokens.js';

const inPostgres = (
  port: symbol | Type,
  adapter: (store: IdentityStore, measures: Measures) => object,
): FactoryProvider =>
  provide(
    port,
    (store: IdentityStore, measures: Measures, config: Config) =>
      watched('postgresql', port, adapter(store, measures), measures, config),
    IDENTITY_STORE,
    MEASURES,
    CONFIG,
  );
const inRedis = (port: symbol, adapter: (store: LiveStore) => object): FactoryProvider =>
  provide(
    port,
    (store: LiveStore, measures: Measures, config: Config) =>
      watched('redis', port, adapter(store), measures, config),
    LIVE_STORE,
    MEASURES,
    CONFIG,
  );

/** Timed, and crashing where a test of faults wants it to. */
const watched = (
  store: StoreName,
  port: symbol | Type,
  adapter: object,
  measures: Measures,
  { faultInjection }: Config,
): object => crashing(port, timed(adapter, measures.storeCalls(store, nameOf(port))), faultInjection);

const nameOf = (port: symbol | Type): string =>
  typeof port === 'symbol' ? (port.description ?? '') : port.name;

/** Which store owns which fact: every port beside its adapter. */
export const PORT_PROVIDERS = [
  inPostgres(SESSION_LEDGER, (store, measures) => measuredLedger(store.ledger, measures)),
  inPostgres(DISCONNECT_OUTBOX, (store) => store.outbox),
  inPostgres(ACCOUNTS, (store) => store.accounts),
  inPostgres(CREDENTIALS, (store) => store.credentials),
  inPostgres(DIRECTORY, (store) => store.directory),
  inPostgres(AGREEMENTS, (store) => store.agreements),
  inPostgres(Administrators, (store) => store.administrators),
  inPostgres(USERS, (store) => store.users),
  inPostgres(CREATIONS, (store) => store.creations),
  inPostgres(AUDIT, (store) => store.audit),
  inPostgres(DOMAINS, (store) => store.domains),
  inPostgres(ADMINISTRATOR_BOOK, (store) => store.administratorBook),
  inPostgres(AGREEMENT_BOOK, (store) => store.agreementBook),
  inPostgres(SESSIONS, (store) => store.sessions),
  inPostgres(JOBS, (store) => store.jobs),
  inPostgres(STATISTICS, (store) => store.statistics),
  inPostgres(DELIVERIES, (store) => store.deliveries),
  inPostgres(PEER_LINES, (store) => store.peerLines),
  inRedis(LIVE_SESSIONS, (store) => store.sessions),
  inRedis(NONCES, (store) => store.nonces),
  inRedis(LOGIN_ATTEMPTS, (store) => store.loginAttempts),
  inRedis(SYNC_PARTS, (store) => store.syncParts),
  inRedis(SSP_SESSIONS, (store) => store.sspSessions),
  inRedis(SETUPS, (store) => store.setups),
  inRedis(OUTGOING_SETUPS, (store) => store.outgoingSetups),
  inRedis(TRANSACTION_LEDGER, (store) => store.transactions),
];
