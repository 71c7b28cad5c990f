import type { Speaker } from '../listeners/fair-shares.js';

/** As far as the id of an honest message is from its start. */
const HEAD_BYTES = 2_048;
const SESSION_ID = /<(?:[\w.-]+:)?Session\s[^>]*?\bsessionID\s*=\s*(?:"([^"]{1,300})"|'([^']{1,300})')/;
/** SSP sessions that are remembered: one is some 200 bytes. */
const MOST_SESSIONS = 10_000;

/**
 * The probable sender, from the first bytes of a message before decoding. It decides only whose share of the process the
 * message takes. The service identifies the sender later (ssp-binding §3).
 */
export class SpeakerHints {
  /** Peers by the SSP sessions that they were recognised in, the latest last. */
  private readonly peers = new Map<string, string>();

  remember(sessionID: string, peer: string): void {
    this.peers.delete(sessionID);
    if (this.peers.size >= MOST_SESSIONS) this.peers.delete(this.peers.keys().next().value ?? '');
    this.peers.set(sessionID, peer);
  }

  /** Call this when a session has ended. A sender that still has its id must not take the share of its peer. */
  forget(sessionID: string): void {
    this.peers.delete(sessionID);
  }

  /** The peer; or the source address of a message that names no session that we know. */
  of(bytes: Uint8Array, address: string): Speaker {
    const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, HEAD_BYTES)).toString(
      'latin1',
    );
    const [, double, single] = SESSION_ID.exec(head) ?? [];
    const peer = this.peers.get(double ?? single ?? '');
    return peer === undefined ? { address } : { peer };
  }
}
