import type { EventLog } from '@sap2/observability';
import type { Grants } from '@sap2/session-core';
import type { Loop } from './loop.js';

/** The guard takes a second to notice drift. Together a grant of a process that died is recorded in 2 s (V9). */
const PAUSE_MS = 1_000;

/**
 * Asks the stores nothing until the guard sees drift. Then it copies the drift to the ledger each second, until
 * none remains.
 */
export function grantsLoop(grants: Pick<Grants, 'recordLeftOver'>, log: EventLog): Loop {
  return {
    name: 'grants',
    pauseMs: PAUSE_MS,
    step: async () => {
      const count = await grants.recordLeftOver();
      if (count > 0) log.event('grants_recorded_late', { count });
      return 'rest';
    },
  };
}
