import {
  ChangeDomain,
  CREATIONS,
  type Creations,
  CreateDomain,
  DeleteDomain,
  DOMAINS,
  type Domains,
} from '@sap2/administration';
import type { IdentityStore } from '@sap2/identity-store';
import { Callers } from '../admin/http/caller.js';
import { IdempotentCreations } from '../admin/http/creations.js';
import { Cursors } from '../admin/http/cursors.js';
import { provide } from './provide.js';
import { IDENTITY_STORE } from './tokens.js';

/** What administrators' operations share. */
export const ADMINISTRATION_PROVIDERS = [
  provide(Cursors, (store: IdentityStore) => new Cursors(store.vault.deriveKey('cursors')), IDENTITY_STORE),
  provide(Callers, (store: IdentityStore) => new Callers(store.vault.deriveKey('creations')), IDENTITY_STORE),
  provide(IdempotentCreations, (creations: Creations) => new IdempotentCreations(creations), CREATIONS),
  provide(CreateDomain, (domains: Domains) => new CreateDomain(domains), DOMAINS),
  provide(ChangeDomain, (domains: Domains) => new ChangeDomain(domains), DOMAINS),
  provide(DeleteDomain, (domains: Domains) => new DeleteDomain(domains), DOMAINS),
];
