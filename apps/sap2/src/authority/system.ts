import { randomBytes, randomInt } from 'node:crypto';
import type { Clock, Randomness, SteadyClock } from '@sap2/kernel';

export const systemClock: Clock = { nowMs: () => Date.now() };

export const steadyClock: SteadyClock = { nowMs: () => performance.now() };

const FRACTION_STEPS = 2 ** 32;

export const systemRandomness: Randomness = {
  bytes: (count) => randomBytes(count),
  fraction: () => randomInt(FRACTION_STEPS) / FRACTION_STEPS,
};
