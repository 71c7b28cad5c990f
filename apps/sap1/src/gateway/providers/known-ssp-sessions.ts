import type { SspSession } from '../../open-ssp-session.js';
import type { GatewayTime } from '../gateway-time.js';

/** SSP sessions of one SAP 2: one for each of its processes (ssp-binding §3). */
const MAX_SESSIONS = 64;
const MS_PER_S = 1000;

interface Known {
  readonly session: SspSession;
  untilMs: number;
}

/** SSP sessions in which a SAP 2 may speak to us, by the id that it has announced. */
export class KnownSspSessions {
  /** The one idle longest first. */
  readonly #known = new Map<string, Known>();

  constructor(private readonly time: GatewayTime) {}

  /** An SSP session is up, whichever side began it. */
  add(session: SspSession): void {
    this.#use(session);
    const ofPeer = [...this.#known].filter(
      ([, known]) => known.session.peerServiceID === session.peerServiceID,
    );
    const [idle] = ofPeer;
    if (ofPeer.length > MAX_SESSIONS && idle !== undefined) this.#known.delete(idle[0]);
  }

  /** For a message that came in it: its time begins anew. Undefined: unknown, or over. */
  use(peerID: string): SspSession | undefined {
    const known = this.#known.get(peerID);
    if (known === undefined) return undefined;
    if (known.untilMs <= this.time.nowMs()) {
      this.#known.delete(peerID);
      return undefined;
    }
    this.#use(known.session);
    return known.session;
  }

  find(peerID: string): SspSession | undefined {
    return this.#known.get(peerID)?.session;
  }

  delete(peerID: string): void {
    this.#known.delete(peerID);
  }

  #use(session: SspSession): void {
    this.#known.delete(session.peerID);
    this.#known.set(session.peerID, { session, untilMs: this.time.nowMs() + session.timeToLiveS * MS_PER_S });
  }
}
