import type { ServiceID } from '@sap2/session-core';
import type { AgreementBook, AgreementRecord } from '../ports/agreement-book.port.js';
import type { PeerLine, PeerLines } from '../deliveries.js';
import type { SspSessions } from '@sap2/peer-link';

export interface AgreementState {
  readonly agreement: AgreementRecord;
  /** Of each SSP session that is up, the milliseconds since its last message; no ids. */
  readonly sspSessionsIdleMs: readonly number[];
  readonly line: PeerLine;
}

/** How it stands with a peer right now. */
export class LookAtAgreement {
  constructor(
    private readonly book: AgreementBook,
    private readonly sspSessions: SspSessions,
    private readonly lines: PeerLines,
  ) {}

  async execute(serviceID: ServiceID): Promise<AgreementState | undefined> {
    const agreement = await this.book.find(serviceID);
    if (agreement === undefined) return undefined;
    const [held, line] = await Promise.all([
      this.sspSessions.allOf(serviceID),
      this.lines.stateOf(serviceID),
    ]);
    return { agreement, sspSessionsIdleMs: held.map(({ idleMs }) => idleMs), line };
  }
}
