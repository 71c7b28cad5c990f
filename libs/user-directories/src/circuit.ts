import type { SteadyClock } from '@sap2/kernel';

/** In a row. Less may be chance. */
const FAILURES_TO_OPEN = 5;
const OPEN_MS = 10_000;

/** Whether a directory is worth asking now. After some failures it rests, and then one login tries it. */
export class Circuit {
  private failures = 0;
  private closedAgainAtMs = 0;

  constructor(private readonly clock: SteadyClock) {}

  /** Milliseconds for which nothing is asked; 0: the caller may ask. */
  restMs(): number {
    if (this.failures < FAILURES_TO_OPEN) return 0;
    const leftMs = this.closedAgainAtMs - this.clock.nowMs();
    if (leftMs > 0) return leftMs;
    // This caller tries it; the others rest until it is known what came of that.
    this.closedAgainAtMs = this.clock.nowMs() + OPEN_MS;
    return 0;
  }

  failed(): void {
    this.failures += 1;
    if (this.failures >= FAILURES_TO_OPEN) this.closedAgainAtMs = this.clock.nowMs() + OPEN_MS;
  }

  /** Whether it failed before. */
  worked(): boolean {
    const wasFailing = this.failures > 0;
    this.failures = 0;
    return wasFailing;
  }
}
