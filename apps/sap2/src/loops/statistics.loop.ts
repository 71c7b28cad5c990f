import type { Statistics } from '@sap2/administration';
import type { Loop } from './loop.js';

/** What is not summed up is added by whoever reads: there is no hurry, only no heap. */
const PAUSE_MS = 2_000;

/** Sums up what was counted as sessions came and went. */
export function statisticsLoop(statistics: Pick<Statistics, 'sumUp'>): Loop {
  return {
    name: 'statistics',
    pauseMs: PAUSE_MS,
    step: async () => ((await statistics.sumUp()) > 0 ? 'again' : 'rest'),
  };
}
