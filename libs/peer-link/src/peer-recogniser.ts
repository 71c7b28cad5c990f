import { type Arrival, type ArrivalFault, arrivalFault } from './arrival.js';
import type { Agreement, Agreements } from './ports/agreements.port.js';
import type { SspSession, SspSessions } from './ports/ssp-sessions.port.js';

export interface RecognisedPeer {
  readonly session: SspSession;
  readonly agreement: Agreement;
}

export type Recognition =
  | ({ readonly kind: 'recognised' } & RecognisedPeer)
  /** The SSP session is unknown, expired, or its agreement is no longer in force. */
  | { readonly kind: 'unknown' }
  /** The session is this peer's, and the message is not. */
  | { readonly kind: 'misfit'; readonly peer: string; readonly fault: ArrivalFault };

/** Finds the peer of a message by the id in its `Session`. Nothing else identifies it, whatever the requests claim. */
export class PeerRecogniser {
  constructor(
    private readonly sspSessions: Pick<SspSessions, 'find' | 'touch'>,
    private readonly agreements: Agreements,
  ) {}

  /**
   * Prolongs the SSP session if the message came in the way of the agreement; else HTTP 403 (ssp-binding §2). A
   * message with only answers is accepted while disconnects are pending, even if the agreement is not in force.
   */
  async recognise(sessionID: string, arrival: Arrival, says: 'requests' | 'answers'): Promise<Recognition> {
    const session = await this.sspSessions.find(sessionID);
    const agreement = session && this.agreementWith(session.peer, says);
    if (session === undefined || agreement === undefined) return { kind: 'unknown' };
    const fault = arrivalFault(agreement, arrival);
    if (fault !== undefined) return { kind: 'misfit', peer: session.peer, fault };
    await this.sspSessions.touch(sessionID, agreement.sessionLife);
    return { kind: 'recognised', session, agreement };
  }

  private agreementWith(peer: string, says: 'requests' | 'answers'): Agreement | undefined {
    return says === 'requests' ? this.agreements.ofPeer(peer) : this.agreements.toTell(peer);
  }
}
