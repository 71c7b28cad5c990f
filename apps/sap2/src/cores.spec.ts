import { describe, expect, it } from '@jest/globals';
import { hashesAtOnceOf } from './cores.js';

const STORES = { databaseUrl: undefined, redisUrl: undefined };

describe('password hashes at once', () => {
  it.each([
    [1, 1, 1],
    [2, 1, 1],
    [4, 1, 3],
    [64, 1, 3],
    [8, 2, 3],
    [8, 8, 1],
  ])('of %i cores and %i workers are %i in each process', (cores, workers, hashes) => {
    expect(hashesAtOnceOf({ hashesAtOnce: 'auto', workers, ...STORES }, cores)).toBe(hashes);
  });

  it('are as many as the configuration says', () => {
    expect(hashesAtOnceOf({ hashesAtOnce: 5, workers: 1, ...STORES }, 2)).toBe(5);
  });
});
