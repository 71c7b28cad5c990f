import type { Agreements, ProbeReport, SetUpProbe } from '@sap2/peer-link';
import type { ServiceID } from '@sap2/session-core';
import type { Actor } from '../actor.js';
import type { AgreementBook } from '../ports/agreement-book.port.js';

/** Six messages between two machines that are well take a second; a person waits for the answer. */
const DEADLINE_MS = 10_000;

export type ProbeOutcome =
  | { readonly kind: 'probed'; readonly report: ProbeReport }
  | { readonly kind: 'unknown' }
  /** There is nobody to call. */
  | { readonly kind: 'no-callback-url' };

/** Sets up an SSP session with the peer to see whether that works, also before the agreement is enabled. */
export class ProbeAgreement {
  constructor(
    private readonly book: AgreementBook,
    private readonly agreements: Agreements,
    private readonly probe: Pick<SetUpProbe, 'probe'>,
  ) {}

  /** No transaction is open while the peer is being called. */
  async execute(actor: Actor, serviceID: ServiceID): Promise<ProbeOutcome> {
    if ((await this.book.find(serviceID)) === undefined) return { kind: 'unknown' };
    const agreement = this.agreements.toTell(serviceID);
    if (agreement?.callbackUrl === undefined) return { kind: 'no-callback-url' };
    const report = await this.probe.probe(agreement, DEADLINE_MS);
    await this.book.recordProbe(actor, serviceID, report.outcome);
    return { kind: 'probed', report };
  }
}
