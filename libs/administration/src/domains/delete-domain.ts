import { parseDomain } from '@sap2/session-core';
import type { Actor } from '../actor.js';
import type { DeleteDomainOutcome, Domains } from '../ports/domains.port.js';

/** Refused as long as it has users or an agreement allows it: its sessions end with those, never by the way. */
export class DeleteDomain {
  constructor(private readonly domains: Domains) {}

  async execute(
    actor: Actor,
    name: string,
    expectedRevision: number | undefined,
  ): Promise<DeleteDomainOutcome> {
    const domain = parseDomain(name);
    return domain.ok ? this.domains.remove(actor, domain.value, expectedRevision) : { kind: 'unknown' };
  }
}
