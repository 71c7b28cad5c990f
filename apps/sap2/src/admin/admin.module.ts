import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import type { Config } from '@sap2/config';
import type { Authority } from '../authority/authority.js';
import { HealthModule } from '../health/health.module.js';
import { AdminSharedModule } from './admin-shared.module.js';
import { AdministratorsModule } from './administrators/administrators.module.js';
import { AgreementsModule } from './agreements/agreements.module.js';
import { AuditModule } from './audit/audit.module.js';
import { DeliveriesModule } from './deliveries/deliveries.module.js';
import { DomainsModule } from './domains/domains.module.js';
import { JobsModule } from './jobs/jobs.module.js';
import { SessionsModule } from './sessions/sessions.module.js';
import { StatisticsModule } from './statistics/statistics.module.js';
import { StoresModule } from './stores/stores.module.js';
import { UsersModule } from './users/users.module.js';

/** One module for each noun that administrators have to do with. */
const nounsOf = ({ administration }: Authority): DynamicModule[] => [
  UsersModule.of(administration.users),
  SessionsModule.of(administration.sessions),
  DomainsModule.of(administration.domains),
  JobsModule.of(administration.jobs),
  StatisticsModule.of(administration.statistics),
  DeliveriesModule.of(administration.deliveries),
  AgreementsModule.of(administration.agreements),
  AdministratorsModule.of(administration.administrators),
  AuditModule.of(administration.audit),
  StoresModule.of(administration.stores),
];

/** The administrators' listener. Health and metrics are always there, operations only in a process with the role `admin`. */
@Module({})
export class AdminModule {
  /** @param instead of what the authority has */
  static of(authority: Authority, roles: Config['roles'], instead: readonly Provider[] = []): DynamicModule {
    const isAdmin = roles.has('admin');
    const operations = isAdmin ? [AdminSharedModule.of(authority, instead), ...nounsOf(authority)] : [];
    return {
      module: AdminModule,
      imports: [HealthModule.of(authority), ...operations],
    };
  }
}
