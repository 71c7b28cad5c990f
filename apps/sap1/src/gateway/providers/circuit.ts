/** So many failures in a row, and the provider is away. */
const FAILURES_TO_OPEN = 3;
const FIRST_PAUSE_MS = 1000;
/** A provider that comes back is noticed within this time. */
const LONGEST_PAUSE_MS = 30_000;
/** Handsets never hear a shorter time: they would come again before anything has changed. */
const SHORTEST_ADVICE_S = 5;
const MS_PER_S = 1000;

/** Whether a provider answers. While it does not, only probes reach for it, and handsets get 503 at once. */
export class Circuit {
  #failures = 0;
  #pauseMs = FIRST_PAUSE_MS;
  #nextProbeAtMs = 0;
  #isOpen = false;

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** @returns whether this success has closed an open circuit */
  succeeded(): boolean {
    const wasOpen = this.#isOpen;
    this.#failures = 0;
    this.#isOpen = false;
    this.#pauseMs = FIRST_PAUSE_MS;
    return wasOpen;
  }

  /** @returns whether this failure has opened the circuit */
  failed(): boolean {
    this.#failures += 1;
    return this.#failures >= FAILURES_TO_OPEN && this.open();
  }

  /** @returns false if it was open already */
  open(): boolean {
    const wasOpen = this.#isOpen;
    this.#isOpen = true;
    return !wasOpen;
  }

  /** The pause before the next probe; each is twice as long as the last. */
  nextPauseMs(nowMs: number): number {
    const pauseMs = this.#pauseMs;
    this.#pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    this.#nextProbeAtMs = nowMs + pauseMs;
    return pauseMs;
  }

  /** When a handset may come again. */
  tryAgainS(nowMs: number): number {
    return Math.max(SHORTEST_ADVICE_S, Math.ceil((this.#nextProbeAtMs - nowMs) / MS_PER_S) + 1);
  }
}
