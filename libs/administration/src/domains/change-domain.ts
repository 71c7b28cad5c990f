import { parseDomain, type SpInfo } from '@sap2/session-core';
import type { Actor } from '../actor.js';
import type { ChangeDomainOutcome, Domains } from '../ports/domains.port.js';
import { readServices, type UnknownServices } from './service-names.js';

export interface DomainChangeRequest {
  readonly name: string;
  /** What is left out stays; null: nothing is told any more. */
  readonly spInfo: SpInfo | null | undefined;
  /** What is left out stays; null: all that we know is on offer. */
  readonly services: readonly string[] | null | undefined;
  /** Undefined: whatever it is by now. */
  readonly expectedRevision: number | undefined;
}

/** A narrower offer counts at the next negotiation; what a live session has agreed on stays agreed. */
export class ChangeDomain {
  constructor(private readonly domains: Domains) {}

  async execute(actor: Actor, request: DomainChangeRequest): Promise<ChangeDomainOutcome | UnknownServices> {
    const name = parseDomain(request.name);
    if (!name.ok) return { kind: 'unknown' };
    const offer = readServices(request.services);
    if (!offer.ok) return offer.error;
    const change = { spInfo: request.spInfo, services: offer.value };
    return this.domains.change(actor, name.value, change, request.expectedRevision);
  }
}
