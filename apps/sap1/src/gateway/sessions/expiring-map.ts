import type { GatewayTime } from '../gateway-time.js';

interface Kept<Value> {
  readonly value: Value;
  readonly untilMs: number;
}

/**
 * Values that are all forgotten after the same time, also when no further message comes. So the heap keeps no secret
 * longer. Beyond its bound the oldest value goes.
 */
export class ExpiringMap<Value> {
  /** The oldest first. */
  readonly #kept = new Map<string, Kept<Value>>();
  #cancelTimer: (() => void) | undefined;

  constructor(
    private readonly time: GatewayTime,
    private readonly lifeMs: number,
    private readonly bound: number,
  ) {}

  get size(): number {
    return this.#kept.size;
  }

  get(key: string): Value | undefined {
    return this.#kept.get(key)?.value;
  }

  set(key: string, value: Value): void {
    this.#kept.delete(key);
    this.#kept.set(key, { value, untilMs: this.time.nowMs() + this.lifeMs });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > this.bound && oldest !== undefined) this.#kept.delete(oldest);
    this.#wait();
  }

  delete(key: string): void {
    this.#kept.delete(key);
  }

  take(key: string): Value | undefined {
    const value = this.get(key);
    this.#kept.delete(key);
    return value;
  }

  clear(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#kept.clear();
  }

  #wait(): void {
    const [oldest] = this.#kept.values();
    if (this.#cancelTimer !== undefined || oldest === undefined) return;
    const waitMs = Math.max(1, oldest.untilMs - this.time.nowMs());
    this.#cancelTimer = this.time.after(waitMs, () => this.#forget());
  }

  #forget(): void {
    this.#cancelTimer = undefined;
    const nowMs = this.time.nowMs();
    for (const [key, { untilMs }] of this.#kept) {
      if (untilMs > nowMs) break;
      this.#kept.delete(key);
    }
    this.#wait();
  }
}
