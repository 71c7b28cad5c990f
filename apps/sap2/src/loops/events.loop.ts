import type { Config } from '@sap2/config';
import type { IdentityStore } from '@sap2/identity-store';
import type { EventLog } from '@sap2/observability';
import type { Loop } from './loop.js';

const HOUR_MS = 3_600_000;
/** So many days without this loop still have partitions. */
const DAYS_AHEAD = 7;

/** Makes the partitions of events before they are needed, and drops the days that are kept no longer. Asks every hour. */
export function eventsLoop(
  store: Pick<IdentityStore, 'keepEventDays'>,
  { eventsKeepDays }: Pick<Config, 'eventsKeepDays'>,
  log: EventLog,
): Loop {
  return {
    name: 'events',
    pauseMs: HOUR_MS,
    step: async () => {
      const dropped = await store.keepEventDays({ daysAhead: DAYS_AHEAD, daysKept: eventsKeepDays });
      if (dropped > 0) log.event('event_days_dropped', { count: dropped });
      return 'rest';
    },
  };
}
