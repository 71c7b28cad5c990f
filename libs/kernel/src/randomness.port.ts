/** Cryptographically strong randomness: session ids, nonces and tokens are secrets. */
export interface Randomness {
  bytes(count: number): Uint8Array;
  /** Uniform in [0, 1): for jitter, never for secrets. */
  fraction(): number;
}
