import { describe, expect, it } from '@jest/globals';
import { backOffMs } from './back-off.js';

describe('back-off (ssp-binding §5)', () => {
  it('doubles from 1 s to 300 s', () => {
    const seconds = Array.from({ length: 12 }, (_, failedBefore) => backOffMs(failedBefore, 0) / 1000);
    expect(seconds).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
  });

  it('is still 300 s after a day of attempts', () => {
    for (const failedBefore of [300, 5_000, Number.MAX_SAFE_INTEGER]) {
      expect(backOffMs(failedBefore, 0)).toBe(300_000);
    }
  });

  it('takes up to a quarter off, so that what failed together comes back apart', () => {
    expect(backOffMs(3, 0.5)).toBe(7_000);
    expect(backOffMs(3, 0.999_999)).toBe(6_000);
  });
});
