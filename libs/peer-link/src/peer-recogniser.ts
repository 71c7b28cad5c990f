import type { Agreement, Agreements } from './ports/agreements.port.js';
import type { SspSession, SspSessions } from './ports/ssp-sessions.port.js';

export interface RecognisedPeer {
  readonly session: SspSession;
  readonly agreement: Agreement;
}

/** Who speaks in a message, by the id in its `Session`: the only thing that tells it, whatever the requests claim. */
export class PeerRecogniser {
  constructor(
    private readonly sspSessions: SspSessions,
    private readonly agreements: Agreements,
  ) {}

  /**
   * Prolongs the SSP session. Undefined: unknown, expired, or its agreement is no longer in force (HTTP 403,
   * ssp-binding §2).
   */
  async recognise(sessionID: string): Promise<RecognisedPeer | undefined> {
    const session = await this.sspSessions.touch(sessionID);
    const agreement = session === undefined ? undefined : this.agreements.ofPeer(session.peer);
    return session === undefined || agreement === undefined ? undefined : { session, agreement };
  }
}
