import type { Clock } from '@sap2/kernel';
import type { HeldSspSession, SspSession, SspSessions } from '@sap2/peer-link';

interface Held {
  readonly session: SspSession;
  lastUsedAtMs: number;
}

/** SSP sessions in memory, of one process. */
export class FakeSspSessions implements SspSessions {
  private readonly byTheirID = new Map<string, Held>();

  constructor(private readonly clock: Clock) {}

  async add(session: SspSession, limit: number): Promise<'added' | 'taken' | 'too-many'> {
    const holder = this.alive(session.theirID);
    if (holder !== undefined && holder.session.peer !== session.peer) return 'taken';
    if (holder === undefined && this.of(session.peer).length >= limit) return 'too-many';
    this.byTheirID.set(session.theirID, { session, lastUsedAtMs: this.clock.nowMs() });
    return 'added';
  }

  async find(theirID: string): Promise<SspSession | undefined> {
    return this.alive(theirID)?.session;
  }

  async touch(theirID: string): Promise<SspSession | undefined> {
    const held = this.alive(theirID);
    if (held !== undefined) held.lastUsedAtMs = this.clock.nowMs();
    return held?.session;
  }

  async latestOf(peer: string): Promise<SspSession | undefined> {
    return this.of(peer).toSorted((a, b) => b.lastUsedAtMs - a.lastUsedAtMs)[0]?.session;
  }

  async allOf(peer: string): Promise<readonly HeldSspSession[]> {
    return this.of(peer).map(({ session, lastUsedAtMs }) => ({
      session,
      idleMs: this.clock.nowMs() - lastUsedAtMs,
    }));
  }

  async remove(session: SspSession): Promise<void> {
    if (this.byTheirID.get(session.theirID)?.session.ourID === session.ourID) {
      this.byTheirID.delete(session.theirID);
    }
  }

  async removeAllOf(peer: string): Promise<void> {
    for (const { session } of this.of(peer)) this.byTheirID.delete(session.theirID);
  }

  private alive(theirID: string): Held | undefined {
    const held = this.byTheirID.get(theirID);
    const idleMs = held === undefined ? 0 : this.clock.nowMs() - held.lastUsedAtMs;
    return held !== undefined && idleMs < held.session.timeToLiveS * 1000 ? held : undefined;
  }

  private of(peer: string): Held[] {
    return [...this.byTheirID.values()].filter(
      ({ session }) => session.peer === peer && this.alive(session.theirID) !== undefined,
    );
  }
}
