import { describe, expect, it } from '@jest/globals';
import { SeededRandomness } from '@sap2/test-support';
import { newToken } from './administrators.js';

describe('a token', () => {
  it('has 256 bits, each byte of which counts, and is never the same', () => {
    const randomness = new SeededRandomness(1);
    const tokens = Array.from({ length: 100 }, () => newToken(randomness));
    for (const token of tokens) expect(token).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(tokens).size).toBe(100);
  });
});
