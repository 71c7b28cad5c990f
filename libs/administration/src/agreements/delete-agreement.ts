import type { ServiceID } from '@sap2/session-core';
import type { Actor } from '../actor.js';
import type { DeleteAgreementOutcome } from '../ports/agreement-book.port.js';
import type { AgreementPorts } from './change-agreement.js';

/** Its SSP sessions end at once, and its user sessions with 601, which the peer is still told (ssp-binding §5). */
export class DeleteAgreement {
  constructor(private readonly ports: AgreementPorts) {}

  async execute(
    actor: Actor,
    serviceID: ServiceID,
    expectedRevision: number | undefined,
  ): Promise<DeleteAgreementOutcome> {
    const { book, end, sspSessions } = this.ports;
    const outcome = await end.announce(book.remove(actor, serviceID, expectedRevision));
    if (outcome.kind !== 'deleted') return outcome;
    await sspSessions.removeAllOf(serviceID);
    return outcome;
  }
}
