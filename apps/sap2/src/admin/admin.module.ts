import { type DynamicModule, type InjectionToken, Module, type Provider } from '@nestjs/common';
import {
  ADMINISTRATOR_BOOK,
  AGREEMENT_BOOK,
  AUDIT,
  ChangeAgreement,
  ChangeDomain,
  CreateAdministrator,
  CreateAgreement,
  CreateDomain,
  DeleteAgreement,
  DeleteDomain,
  DELIVERIES,
  DOMAINS,
  EndOneSession,
  JOBS,
  LookAtAgreement,
  PEER_LINES,
  ProbeAgreement,
  ReplaceToken,
  SESSIONS,
  STATISTICS,
  VerifyStores,
} from '@sap2/administration';
import type { Config } from '@sap2/config';
import { SESSION_LEDGER } from '@sap2/session-core';
import type { Authority } from '../authority/authority.js';
import { HealthModule } from '../health/health.module.js';
import { AdminSharedModule } from './admin-shared.module.js';
import { ADMIN_CONTROLLERS } from './operations.js';
import { UsersModule } from './users/users.module.js';
import { EVENT_LOG } from './event-log.token.js';

const given = (provide: InjectionToken, useValue: object): Provider => ({ provide, useValue });

const operationsOf = ({ log, ports, administration }: Authority): Provider[] => [
  given(EVENT_LOG, log),
  given(SESSION_LEDGER, ports.SessionLedger),
  given(AUDIT, ports.Audit),
  given(ADMINISTRATOR_BOOK, ports.AdministratorBook),
  given(AGREEMENT_BOOK, ports.AgreementBook),
  given(DOMAINS, ports.Domains),
  given(SESSIONS, ports.Sessions),
  given(JOBS, ports.Jobs),
  given(STATISTICS, ports.Statistics),
  given(DELIVERIES, ports.Deliveries),
  given(PEER_LINES, ports.PeerLines),
  given(CreateAgreement, administration.agreements.create),
  given(ChangeAgreement, administration.agreements.change),
  given(DeleteAgreement, administration.agreements.remove),
  given(LookAtAgreement, administration.agreements.look),
  given(ProbeAgreement, administration.agreements.probe),
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
    const isAdmin = roles.has('admin');
    const nouns = [AdminSharedModule.of(authority, instead), UsersModule.of(authority.administration.users)];
    return {
      module: AdminModule,
      imports: [HealthModule.of(authority), ...(isAdmin ? nouns : [])],
      controllers: isAdmin ? [...ADMIN_CONTROLLERS] : [],
      providers: isAdmin ? operationsOf(authority) : [],
    };
  }
}
