import type { Clock } from '@sap2/kernel';
import type { AccountID, LoginAttempts, ServiceID } from '@sap2/session-core';

/** A counter per (peer, user) that starts anew a window after its first guess. */
export class FakeLoginAttempts implements LoginAttempts {
  private readonly counters = new Map<string, { taken: number; readonly endsAtMs: number }>();

  constructor(
    private readonly clock: Clock,
    private readonly limit = 5,
    private readonly windowMs = 300_000,
  ) {}

  take(peer: ServiceID, account: AccountID): ReturnType<LoginAttempts['take']> {
    const counter = this.counterOf(peer, account);
    if (counter.taken >= this.limit) {
      const retryAfterS = Math.ceil((counter.endsAtMs - this.clock.nowMs()) / 1000);
      return Promise.resolve({ allowed: false, retryAfterS });
    }
    counter.taken += 1;
    return Promise.resolve({ allowed: true });
  }

  giveBack(peer: ServiceID, account: AccountID): Promise<void> {
    const counter = this.counterOf(peer, account);
    counter.taken = Math.max(0, counter.taken - 1);
    return Promise.resolve();
  }

  forget(account: AccountID, peers: readonly ServiceID[]): Promise<void> {
    for (const peer of peers) this.counters.delete(`${peer} ${account}`);
    return Promise.resolve();
  }

  /** Guesses that are counted now. */
  counted(peer: ServiceID, account: AccountID): number {
    return this.counterOf(peer, account).taken;
  }

  private counterOf(peer: ServiceID, account: AccountID): { taken: number; readonly endsAtMs: number } {
    const key = `${peer} ${account}`;
    const known = this.counters.get(key);
    if (known && known.endsAtMs > this.clock.nowMs()) return known;
    const fresh = { taken: 0, endsAtMs: this.clock.nowMs() + this.windowMs };
    this.counters.set(key, fresh);
    return fresh;
  }
}
