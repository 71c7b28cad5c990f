import { createHmac } from 'node:crypto';
import type { Randomness, SteadyClock } from '@sap2/kernel';
import type { AskedUser } from './asked-directory.js';

/** An entry is some 150 bytes. */
const MOST = 20_000;
const KEY_BYTES = 32;

/** Right passwords of a short time, as keyed hashes with a key that only this process has. Wrong ones are never kept. */
export class RememberedPasswords {
  private readonly until = new Map<string, number>();
  private readonly key: Uint8Array;

  constructor(
    private readonly clock: SteadyClock,
    randomness: Pick<Randomness, 'bytes'>,
  ) {
    this.key = randomness.bytes(KEY_BYTES);
  }

  has(user: AskedUser): boolean {
    if (this.until.size === 0) return false;
    const untilMs = this.until.get(this.hashOf(user));
    return untilMs !== undefined && untilMs > this.clock.nowMs();
  }

  add(user: AskedUser, forMs: number): void {
    if (forMs === 0) return;
    const hash = this.hashOf(user);
    this.until.delete(hash);
    this.until.set(hash, this.clock.nowMs() + forMs);
    this.forgetOld();
  }

  /** The oldest stand first. */
  private forgetOld(): void {
    const nowMs = this.clock.nowMs();
    for (const [hash, untilMs] of this.until) {
      if (untilMs > nowMs && this.until.size <= MOST) break;
      this.until.delete(hash);
    }
  }

  private hashOf({ account, password }: AskedUser): string {
    return createHmac('sha256', this.key).update(`${account}\n${password}`).digest('base64');
  }
}
