const FIRST_SIZE = 65_536;

/** Durations of many operations, kept whole: percentiles are exact. */
export class Latencies {
  private ms = new Float64Array(FIRST_SIZE);
  count = 0;

  add(ms: number): void {
    if (this.count === this.ms.length) {
      const larger = new Float64Array(this.ms.length * 2);
      larger.set(this.ms);
      this.ms = larger;
    }
    this.ms[this.count++] = ms;
  }

  clear(): void {
    this.count = 0;
  }

  /** @param shares between 0 and 1 @returns NaN where there is no duration */
  at(...shares: readonly number[]): readonly number[] {
    const sorted = this.ms.subarray(0, this.count).toSorted();
    return shares.map((share) => sorted[Math.floor((this.count - 1) * share)] ?? NaN);
  }
}
