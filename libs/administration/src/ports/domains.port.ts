import type { Domain, FunctionName, SpInfo } from '@sap2/session-core';
import type { Actor } from '../actor.js';

export const DOMAINS = Symbol('Domains');

/** A domain as administrators see it. */
export interface DomainRecord {
  readonly name: Domain;
  /** What GetSPInfo tells; undefined: nothing. */
  readonly spInfo: SpInfo | undefined;
  /** On offer to its users; undefined: all that we know. */
  readonly services: readonly FunctionName[] | undefined;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** Raised by every change: the ETag. */
  readonly revision: number;
}

export type NewDomain = Pick<DomainRecord, 'name' | 'spInfo' | 'services'>;

/** What is left out stays as it is; null takes it away. */
export interface DomainChange {
  readonly spInfo?: SpInfo | null | undefined;
  readonly services?: readonly FunctionName[] | null | undefined;
}

export type CreateDomainOutcome =
  { readonly kind: 'created'; readonly domain: DomainRecord } | { readonly kind: 'exists' };

export type ChangeDomainOutcome =
  | { readonly kind: 'changed'; readonly domain: DomainRecord }
  | { readonly kind: 'unknown' }
  /** It was changed since the expected revision. */
  | { readonly kind: 'stale' };

export type DeleteDomainOutcome =
  | { readonly kind: 'deleted' | 'unknown' | 'stale' }
  /** Users or agreements still name it: nobody loses them by the way. */
  | { readonly kind: 'in-use'; readonly users: boolean; readonly agreements: boolean };

/** Each change is one transaction, with its entry in the audit. */
export interface Domains {
  create(actor: Actor, domain: NewDomain): Promise<CreateDomainOutcome>;
  find(name: Domain): Promise<DomainRecord | undefined>;
  /** In the order of names. */
  page(after: Domain | undefined, limit: number): Promise<readonly DomainRecord[]>;
  change(
    actor: Actor,
    name: Domain,
    change: DomainChange,
    expectedRevision: number | undefined,
  ): Promise<ChangeDomainOutcome>;
  remove(actor: Actor, name: Domain, expectedRevision: number | undefined): Promise<DeleteDomainOutcome>;
}
