import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { rankEffect } from './rank-effect.js';

const naive = (ones: readonly number[], others: readonly number[]): number =>
  ones.reduce(
    (sum, one) => sum + others.reduce((n, other) => n + (one > other ? 1 : one === other ? 0.5 : 0), 0),
    0,
  ) /
  (ones.length * others.length);

const values = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 40 });

describe('the effect of ranks', () => {
  it('is the share of pairs that the first wins', () => {
    fc.assert(
      fc.property(values, values, (ones, others) => {
        expect(rankEffect(ones, others)).toBeCloseTo(naive(ones, others), 10);
      }),
    );
  });

  it('is a half for the same values, and 1 or 0 where none overlap', () => {
    expect(rankEffect([1, 2, 3], [3, 2, 1])).toBe(0.5);
    expect([rankEffect([7, 8], [1, 2]), rankEffect([1, 2], [7, 8])]).toEqual([1, 0]);
  });
});
