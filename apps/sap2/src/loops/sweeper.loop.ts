import type { EventLog } from '@sap2/observability';
import { type ExpireSessions, SHARD_COUNT } from '@sap2/session-core';
import type { Loop } from './loop.js';

/**
 * Ends what is past its deadline, shard by shard (ssp-binding §4.3). Any number of processes may sweep at once. Asks each shard
 * once in every `SAP2_SWEEP_INTERVAL_MS`: one script.
 */
export function sweeperLoop(expire: ExpireSessions, pauseMs: number, log: EventLog): Loop {
  return {
    name: 'sweeper',
    pauseMs,
    step: async (signal) => {
      let count = 0;
      for (let shard = 0; shard < SHARD_COUNT && !signal.aborted; shard++) {
        count += (await expire.execute(shard)).ended;
      }
      if (count > 0) log.event('sessions_expired', { count });
      return count > 0 ? 'again' : 'rest';
    },
  };
}
