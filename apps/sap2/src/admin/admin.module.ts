import { type DynamicModule, type INestApplicationContext, Module, type Provider } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import type { Config } from '@sap2/config';
import {
  ADMINISTRATOR_BOOK,
  CreateAdministrator,
  ReplaceToken,
  AUDIT,
  ChangeDomain,
  CreateDomain,
  DeleteDomain,
  DELIVERIES,
  DOMAINS,
  EndOneSession,
  JOBS,
  PEER_LINES,
  SESSIONS,
  STATISTICS,
  VerifyStores,
} from '@sap2/administration';
import { Administrators } from '@sap2/identity-store';
import { SESSION_LEDGER } from '@sap2/session-core';
import { share } from '../doors/share.js';
import { HealthController } from '../health/health.controller.js';
import { HealthProbes } from '../health/health-probes.js';
import { SampledReadings } from '../health/sampled-readings.js';
import { AGREEMENT_OPERATIONS } from '../wiring/agreement-administration.js';
import { EVENT_LOG, MEASURES } from '../wiring/tokens.js';
import { USER_OPERATIONS } from '../wiring/user-administration.js';
import { AdminRates } from './admin-rates.js';
import { Callers } from './http/caller.js';
import { IdempotentCreations } from './http/creations.js';
import { Cursors } from './http/cursors.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { ADMIN_CONTROLLERS } from './operations.js';

/** What the controllers are made of, taken from the composition root. */
const SHARED = [
  EVENT_LOG,
  MEASURES,
  HealthProbes,
  SampledReadings,
  Administrators,
  AdminRates,
  Callers,
  Cursors,
  IdempotentCreations,
  AUDIT,
  ADMINISTRATOR_BOOK,
  CreateAdministrator,
  ReplaceToken,
  DOMAINS,
  CreateDomain,
  ChangeDomain,
  DeleteDomain,
  EndOneSession,
  SESSION_LEDGER,
  ...USER_OPERATIONS,
  ...AGREEMENT_OPERATIONS,
  DELIVERIES,
  JOBS,
  PEER_LINES,
  SESSIONS,
  STATISTICS,
  VerifyStores,
];

/** The administrators' door. Health and metrics are always there, operations only in a process that plays the role `admin`. */
@Module({})
export class AdminModule {
  /** @param instead of what the composition root has */
  static over(
    authority: INestApplicationContext,
    roles: Config['roles'],
    instead: readonly Provider[] = [],
  ): DynamicModule {
    return {
      module: AdminModule,
      imports: [TerminusModule.forRoot({ logger: false })],
      controllers: [HealthController, MetricsController, ...(roles.has('admin') ? ADMIN_CONTROLLERS : [])],
      providers: [...share(authority, SHARED), ...instead],
    };
  }
}
