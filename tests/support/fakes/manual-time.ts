import type { GatewayTime } from '../../../apps/sap1/src/gateway/gateway-time.js';

interface Timer {
  readonly atMs: number;
  readonly run: () => void;
}

/** Time of the gateway that stands still until a test lets it pass. */
export class ManualTime implements GatewayTime {
  #timers = new Set<Timer>();

  constructor(private ms = Date.UTC(2026, 0, 1)) {}

  nowMs(): number {
    return this.ms;
  }

  /** Timers that have not run yet. */
  get pending(): number {
    return this.#timers.size;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { atMs: this.ms + ms, run };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** Lets this time pass; what it starts is finished before the next timer runs. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.ms + ms;
    await settled();
    for (let timer = this.#next(untilMs); timer !== undefined; timer = this.#next(untilMs)) {
      this.#timers.delete(timer);
      this.ms = Math.max(this.ms, timer.atMs);
      timer.run();
      await settled();
    }
    this.ms = untilMs;
  }

  #next(untilMs: number): Timer | undefined {
    const due = [...this.#timers].filter(({ atMs }) => atMs <= untilMs);
    return due.toSorted((a, b) => a.atMs - b.atMs)[0];
  }
}

/** Everything that needs no time has happened. */
const settled = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });
