import type { SteadyClock } from '@sap2/kernel';
import type { SessionTerms, SspSession, SspSessions } from './ports/ssp-sessions.port.js';

/** A session is asked for again after so long, whatever was heard of it meanwhile. */
export const BELIEVED_MS = 1_000;
/** A session in use is prolonged so often: little beside the time to live of those that are remembered. */
export const PROLONGED_EVERY_MS = 60_000;
/** A session that lives shorter than this is never remembered: each of its messages prolongs it. */
export const BRIEF_LIFE_S = 600;
/** Sessions that one process remembers. Peers hold far fewer; the oldest one goes first. */
const MOST = 10_000;

interface Remembered {
  readonly session: SspSession;
  readonly askedAtMs: number;
  /** Undefined: this process has not prolonged it yet. */
  readonly prolonged: { readonly atMs: number; readonly life: SessionTerms['life'] } | undefined;
}

/**
 * Remembers SSP sessions, so that a message needs no round trip to find its peer. This process forgets a changed
 * session as soon as it hears of it, and after `BELIEVED_MS` in any case.
 */
export class RememberedSspSessions implements Pick<SspSessions, 'find' | 'touch'> {
  private readonly remembered = new Map<string, Remembered>();
  /** How many changes were heard: what was asked before one of them may be old. */
  private changes = 0;

  constructor(
    private readonly sspSessions: Pick<SspSessions, 'find' | 'touch' | 'onChange'>,
    private readonly clock: SteadyClock,
  ) {
    sspSessions.onChange((theirID) => {
      this.changes += 1;
      this.remembered.delete(theirID);
    });
  }

  async find(theirID: string): Promise<SspSession | undefined> {
    const known = this.remembered.get(theirID);
    const askedAtMs = this.clock.nowMs();
    if (known !== undefined && askedAtMs < known.askedAtMs + BELIEVED_MS) return known.session;
    const { changes } = this;
    const session = await this.sspSessions.find(theirID);
    this.remembered.delete(theirID);
    if (session !== undefined && session.timeToLiveS >= BRIEF_LIFE_S && changes === this.changes) {
      this.remember(theirID, { session, askedAtMs, prolonged: known?.prolonged });
    }
    return session;
  }

  async touch(theirID: string, life: SessionTerms['life']): Promise<SspSession | undefined> {
    const known = this.remembered.get(theirID);
    const atMs = this.clock.nowMs();
    const { prolonged } = known ?? {};
    if (known !== undefined && prolonged?.life === life && atMs < prolonged.atMs + PROLONGED_EVERY_MS) {
      return known.session;
    }
    const session = await this.sspSessions.touch(theirID, life);
    if (known !== undefined && this.remembered.get(theirID) === known) {
      this.remembered.set(theirID, { ...known, prolonged: { atMs, life } });
    }
    return session;
  }

  private remember(theirID: string, what: Remembered): void {
    const [oldest] = this.remembered.keys();
    if (this.remembered.size >= MOST && oldest !== undefined) this.remembered.delete(oldest);
    this.remembered.set(theirID, what);
  }
}
