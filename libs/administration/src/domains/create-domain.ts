import { parseDomain, type SpInfo } from '@sap2/session-core';
import type { Actor } from '../actor.js';
import type { CreateDomainOutcome, Domains } from '../ports/domains.port.js';
import { readServices, type UnknownServices } from './service-names.js';

/** As an administrator writes it. */
export interface DomainEntry {
  readonly name: string;
  readonly spInfo: SpInfo | undefined;
  /** Features and functions; undefined: all that we know. */
  readonly services: readonly string[] | undefined;
}

/** From the answer on, users of the domain can be made, and agreements can allow it. */
export class CreateDomain {
  constructor(private readonly domains: Domains) {}

  async execute(
    actor: Actor,
    { name, spInfo, services }: DomainEntry,
  ): Promise<CreateDomainOutcome | UnknownServices | { readonly kind: 'not-a-domain' }> {
    const domain = parseDomain(name);
    if (!domain.ok) return { kind: 'not-a-domain' };
    const offer = readServices(services);
    if (!offer.ok) return offer.error;
    return this.domains.create(actor, { name: domain.value, spInfo, services: offer.value });
  }
}
