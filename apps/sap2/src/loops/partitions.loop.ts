import type { Loop } from './loop.js';

const HOUR_MS = 3_600_000;
/** Months of history partitions made ahead: a service that nobody looks after for a quarter still has room. */
const MONTHS_AHEAD = 3;

/** Makes the history's partitions before they are needed. */
export function partitionsLoop(ensurePartitions: (monthsAhead: number) => Promise<unknown>): Loop {
  return {
    name: 'partitions',
    pauseMs: HOUR_MS,
    step: async () => {
      await ensurePartitions(MONTHS_AHEAD);
      return 'rest';
    },
  };
}
