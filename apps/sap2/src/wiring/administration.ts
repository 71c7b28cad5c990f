import {
  ADMINISTRATOR_BOOK,
  type AdministratorBook,
  AUDIT,
  type Audit,
  ChangeDomain,
  CreateAdministrator,
  ReplaceToken,
  CreateDomain,
  CREATIONS,
  type Creations,
  DeleteDomain,
  DOMAINS,
  EndOneSession,
  type Domains,
  JOBS,
  type Jobs,
  RunJobs,
  SESSIONS,
  type Sessions,
  VerifyStores,
} from '@sap2/administration';
import type { EventLog } from '@sap2/observability';
import { CompareStores, RepairStores, SessionEnd } from '@sap2/session-core';
import { JobsWorker } from '../loops/jobs.worker.js';
import type { Config } from '@sap2/config';
import type { IdentityStore } from '@sap2/identity-store';
import { AdminRates } from '../admin/admin-rates.js';
import { Callers } from '../admin/http/caller.js';
import { IdempotentCreations } from '../admin/http/creations.js';
import { Cursors } from '../admin/http/cursors.js';
import { provide } from './provide.js';
import { systemRandomness } from './system.js';
import { CONFIG, EVENT_LOG, IDENTITY_STORE } from './tokens.js';

/** What administrators' operations share. */
export const ADMINISTRATION_PROVIDERS = [
  provide(
    AdminRates,
    (config: Config) =>
      new AdminRates({
        requestsPerSecond: config.adminRequestsPerSecond,
        failuresPerMinute: config.adminFailuresPerMinute,
      }),
    CONFIG,
  ),
  provide(Cursors, (store: IdentityStore) => new Cursors(store.vault.deriveKey('cursors')), IDENTITY_STORE),
  provide(Callers, (store: IdentityStore) => new Callers(store.vault.deriveKey('creations')), IDENTITY_STORE),
  provide(IdempotentCreations, (creations: Creations) => new IdempotentCreations(creations), CREATIONS),
  provide(
    CreateAdministrator,
    (book: AdministratorBook) => new CreateAdministrator(book, systemRandomness),
    ADMINISTRATOR_BOOK,
  ),
  provide(
    ReplaceToken,
    (book: AdministratorBook) => new ReplaceToken(book, systemRandomness),
    ADMINISTRATOR_BOOK,
  ),
  provide(CreateDomain, (domains: Domains) => new CreateDomain(domains), DOMAINS),
  provide(ChangeDomain, (domains: Domains) => new ChangeDomain(domains), DOMAINS),
  provide(DeleteDomain, (domains: Domains) => new DeleteDomain(domains), DOMAINS),
  provide(
    EndOneSession,
    (sessions: Sessions, end: SessionEnd) => new EndOneSession(sessions, end),
    SESSIONS,
    SessionEnd,
  ),
  provide(
    VerifyStores,
    (compare: CompareStores, repair: RepairStores, audit: Audit) => new VerifyStores(compare, repair, audit),
    CompareStores,
    RepairStores,
    AUDIT,
  ),
  provide(
    JobsWorker,
    (jobs: Jobs, end: SessionEnd, log: EventLog) => new JobsWorker(new RunJobs(jobs, end), log),
    JOBS,
    SessionEnd,
    EVENT_LOG,
  ),
];
