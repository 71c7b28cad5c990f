import type { SessionCounts } from '@sap2/administration';
import type { Loop } from './loop.js';

/** A reader adds what is not summed up yet: there is no hurry, but it must not become a heap. */
const PAUSE_MS = 5_000;

/** Sums up what was counted as sessions came and went. Asks PostgreSQL every 5 s whether there is anything: one statement. */
export function statisticsLoop(statistics: Pick<SessionCounts, 'sumUp'>): Loop {
  return {
    name: 'statistics',
    pauseMs: PAUSE_MS,
    step: async () => ((await statistics.sumUp()) > 0 ? 'again' : 'rest'),
  };
}
