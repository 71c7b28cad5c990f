import { type DynamicModule, type InjectionToken, Module, type Provider } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import {
  ADMINISTRATOR_BOOK,
  Agreements,
  AUDIT,
  ChangeDomain,
  ChangeUser,
  CreateAdministrator,
  CreateDomain,
  CreateUser,
  DeleteDomain,
  DeleteUser,
  DELIVERIES,
  DOMAINS,
  EndOneSession,
  EndUserSessions,
  ExportUsers,
  ImportUsers,
  JOBS,
  PEER_LINES,
  ReactivateUser,
  ReplaceToken,
  SESSIONS,
  SetPassword,
  STATISTICS,
  SuspendUser,
  UnlockUser,
  USERS,
  VerifyStores,
} from '@sap2/administration';
import type { Config } from '@sap2/config';
import { Administrators } from '@sap2/identity-store';
import { PrometheusMeasures } from '@sap2/observability';
import { SESSION_LEDGER } from '@sap2/session-core';
import type { Authority } from '../authority/authority.js';
import { HealthController } from '../health/health.controller.js';
import { HealthProbes } from '../health/health-probes.js';
import { SampledReadings } from '../health/sampled-readings.js';
import { AdminRates } from './admin-rates.js';
import { Callers } from './http/caller.js';
import { IdempotentCreations } from './http/creations.js';
import { Cursors } from './http/cursors.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { ADMIN_CONTROLLERS } from './operations.js';
import { EVENT_LOG } from './event-log.token.js';

const given = (provide: InjectionToken, useValue: object): Provider => ({ provide, useValue });

/** What every operation shares: who asks, how often, and how lists and creations are answered. */
const sharedOf = ({ config, deriveKey, ports }: Authority): Provider[] => [
  given(Administrators, ports.Administrators),
  given(
    AdminRates,
    new AdminRates({
      requestsPerSecond: config.adminRequestsPerSecond,
      failuresPerMinute: config.adminFailuresPerMinute,
    }),
  ),
  given(Callers, new Callers(deriveKey('creations'))),
  given(Cursors, new Cursors(deriveKey('cursors'))),
  given(IdempotentCreations, new IdempotentCreations(ports.Creations)),
];

const operationsOf = ({ log, ports, administration }: Authority): Provider[] => [
  given(EVENT_LOG, log),
  given(SESSION_LEDGER, ports.SessionLedger),
  given(AUDIT, ports.Audit),
  given(ADMINISTRATOR_BOOK, ports.AdministratorBook),
  given(DOMAINS, ports.Domains),
  given(USERS, ports.Users),
  given(SESSIONS, ports.Sessions),
  given(JOBS, ports.Jobs),
  given(STATISTICS, ports.Statistics),
  given(DELIVERIES, ports.Deliveries),
  given(PEER_LINES, ports.PeerLines),
  given(CreateUser, administration.users.create),
  given(ChangeUser, administration.users.change),
  given(DeleteUser, administration.users.remove),
  given(SuspendUser, administration.users.suspend),
  given(ReactivateUser, administration.users.reactivate),
  given(EndUserSessions, administration.users.endSessions),
  given(UnlockUser, administration.users.unlock),
  given(SetPassword, administration.users.setPassword),
  given(ImportUsers, administration.users.importAll),
  given(ExportUsers, administration.users.exportAll),
  given(Agreements, administration.agreements),
  given(CreateAdministrator, administration.administrators.create),
  given(ReplaceToken, administration.administrators.replaceToken),
  given(CreateDomain, administration.domains.create),
  given(ChangeDomain, administration.domains.change),
  given(DeleteDomain, administration.domains.remove),
  given(EndOneSession, administration.sessions.endOne),
  given(VerifyStores, administration.stores),
];

/** The administrators' listener. Health and metrics are always there, operations only in a process with the role `admin`. */
@Module({})
export class AdminModule {
  /** @param instead of what the authority has */
  static of(authority: Authority, roles: Config['roles'], instead: readonly Provider[] = []): DynamicModule {
    const { health, measures } = authority;
    return {
      module: AdminModule,
      imports: [TerminusModule.forRoot({ logger: false })],
      controllers: [HealthController, MetricsController, ...(roles.has('admin') ? ADMIN_CONTROLLERS : [])],
      providers: [
        given(HealthProbes, health.probes),
        given(SampledReadings, health.readings),
        given(PrometheusMeasures, measures),
        ...sharedOf(authority),
        ...operationsOf(authority),
        ...instead,
      ],
    };
  }
}
