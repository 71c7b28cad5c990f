import type { Clock } from '@sap2/kernel';
import {
  type HeldSspSession,
  sessionForPushes,
  type SessionTerms,
  type SspSession,
  type SspSessions,
} from '@sap2/peer-link';

interface Held {
  readonly session: SspSession;
  lastUsedAtMs: number;
  life: SessionTerms['life'];
  untaken: number;
}

/** SSP sessions in memory, of one process. */
export class FakeSspSessions implements SspSessions {
  private readonly byTheirID = new Map<string, Held>();
  private readonly listeners: ((theirID: string) => void)[] = [];

  constructor(private readonly clock: Clock) {}

  async add(session: SspSession, { limit, life }: SessionTerms): Promise<'added' | 'taken'> {
    const holder = this.alive(session.theirID);
    if (holder !== undefined && holder.session.peer !== session.peer) return 'taken';
    const others = this.of(session.peer).filter((one) => one !== holder);
    const idlest = others.toSorted((a, b) => a.lastUsedAtMs - b.lastUsedAtMs);
    const surplus = holder === undefined ? Math.max(0, others.length + 1 - limit) : 0;
    for (const one of idlest.slice(0, surplus)) this.forget(one.session.theirID);
    this.byTheirID.set(session.theirID, { session, lastUsedAtMs: this.clock.nowMs(), life, untaken: 0 });
    this.changed(session.theirID);
    return 'added';
  }

  async find(theirID: string): Promise<SspSession | undefined> {
    return this.alive(theirID)?.session;
  }

  async touch(theirID: string, life: SessionTerms['life']): Promise<SspSession | undefined> {
    const held = this.alive(theirID);
    if (held !== undefined) Object.assign(held, { lastUsedAtMs: this.clock.nowMs(), life });
    return held?.session;
  }

  async latestOf(peer: string): Promise<SspSession | undefined> {
    return sessionForPushes(await this.allOf(peer))?.session;
  }

  async allOf(peer: string): Promise<readonly HeldSspSession[]> {
    return this.of(peer).map(({ session, lastUsedAtMs, untaken }) => ({
      session,
      untaken,
      idleMs: this.clock.nowMs() - lastUsedAtMs,
    }));
  }

  async setUntaken({ theirID, ourID }: SspSession, untaken: number): Promise<void> {
    const held = this.alive(theirID);
    if (held?.session.ourID === ourID) held.untaken = untaken;
  }

  async remove(session: SspSession): Promise<void> {
    if (this.byTheirID.get(session.theirID)?.session.ourID === session.ourID) {
      this.forget(session.theirID);
    }
  }

  async removeAllOf(peer: string): Promise<void> {
    for (const { session } of this.of(peer)) this.forget(session.theirID);
  }

  onChange(listener: (theirID: string) => void): void {
    this.listeners.push(listener);
  }

  private forget(theirID: string): void {
    this.byTheirID.delete(theirID);
    this.changed(theirID);
  }

  private changed(theirID: string): void {
    for (const listener of this.listeners) listener(theirID);
  }

  private alive(theirID: string): Held | undefined {
    const held = this.byTheirID.get(theirID);
    const idleMs = held === undefined ? 0 : this.clock.nowMs() - held.lastUsedAtMs;
    const isOver = held?.life === 'time-to-live' && idleMs >= held.session.timeToLiveS * 1000;
    return isOver ? undefined : held;
  }

  private of(peer: string): Held[] {
    return [...this.byTheirID.values()].filter(
      ({ session }) => session.peer === peer && this.alive(session.theirID) !== undefined,
    );
  }
}
