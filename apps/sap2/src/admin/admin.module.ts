import { type DynamicModule, type InjectionToken, Module, type Provider, type Type } from '@nestjs/common';
import {
  Administrators,
  Agreements,
  AUDIT,
  type Audit,
  Deliveries,
  Domains,
  Jobs,
  Sessions,
  Statistics,
  Stores,
  Subscriptions,
  Users,
} from '@sap2/administration';
import type { Config } from '@sap2/config';
import type { Authority } from '../authority/authority.js';
import { ElementsModule } from '../events/elements.module.js';
import { HealthModule } from '../health/health.module.js';
import { AdminSharedModule } from './admin-shared.module.js';
import { AdministratorsController } from './administrators/administrators.controller.js';
import { AgreementsController } from './agreements/agreements.controller.js';
import { AuditController } from './audit/audit.controller.js';
import { DeliveriesController } from './deliveries/deliveries.controller.js';
import { DomainsController } from './domains/domains.controller.js';
import { JobsController } from './jobs/jobs.controller.js';
import { SessionsController } from './sessions/sessions.controller.js';
import { StatisticsController } from './statistics/statistics.controller.js';
import { StoresController } from './stores/stores.controller.js';
import { SubscriptionsController } from './subscriptions/subscriptions.controller.js';
import { UsersController } from './users/users.controller.js';

/** The feature module of one noun: its controller is given one service, by this token. */
function noun<Service>(token: InjectionToken<Service>, service: Service, controller: Type): DynamicModule {
  @Module({})
  class NounModule {}
  return {
    module: NounModule,
    controllers: [controller],
    providers: [{ provide: token, useValue: service }],
  };
}

const nounsOf = ({ administration }: Authority): DynamicModule[] => [
  noun(Users, administration.users, UsersController),
  noun(Sessions, administration.sessions, SessionsController),
  noun(Domains, administration.domains, DomainsController),
  noun(Jobs, administration.jobs, JobsController),
  noun(Statistics, administration.statistics, StatisticsController),
  noun(Deliveries, administration.deliveries, DeliveriesController),
  noun(Agreements, administration.agreements, AgreementsController),
  noun(Subscriptions, administration.subscriptions, SubscriptionsController),
  noun(Administrators, administration.administrators, AdministratorsController),
  noun<Audit>(AUDIT, administration.audit, AuditController),
  noun(Stores, administration.stores, StoresController),
];

/** The administrators' listener. Health and metrics are always there, operations only in a process with the role `admin`. */
@Module({})
export class AdminModule {
  /** The listener of service elements alone. */
  static elementsOf(authority: Authority): DynamicModule {
    return {
      module: AdminModule,
      imports: [AdminSharedModule.of(authority, []), ElementsModule.of(authority)],
    };
  }

  /** @param instead of what the authority has */
  static of(authority: Authority, roles: Config['roles'], instead: readonly Provider[] = []): DynamicModule {
    const isAdmin = roles.has('admin');
    const isShared = authority.config.northboundPort === undefined;
    const elements = isShared ? [ElementsModule.of(authority)] : [];
    const operations = isAdmin
      ? [AdminSharedModule.of(authority, instead), ...nounsOf(authority), ...elements]
      : [];
    return {
      module: AdminModule,
      imports: [HealthModule.of(authority), ...operations],
    };
  }
}
