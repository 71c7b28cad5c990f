import type { Randomness } from '@sap2/kernel';

/** The same bytes in every run: a test that fails, fails again. */
export class SeededRandomness implements Randomness {
  constructor(private state = 1) {}

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.next() >>> 24);
  }

  fraction(): number {
    return this.next() / 2 ** 32;
  }

  /** xorshift32; its upper bits are the good ones. */
  private next(): number {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x >>> 0;
    return this.state;
  }
}
