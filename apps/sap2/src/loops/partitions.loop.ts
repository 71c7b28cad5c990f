import type { Config } from '@sap2/config';
import type { IdentityStore } from '@sap2/identity-store';
import type { EventLog } from '@sap2/observability';
import type { Loop } from './loop.js';

const HOUR_MS = 3_600_000;
/** Months of history partitions in advance. So a service without supervision for a quarter still has room. */
const MONTHS_AHEAD = 3;

/** Makes the history's partitions before they are needed, and drops the months that are kept no longer. Asks every hour. */
export function partitionsLoop(
  store: Pick<IdentityStore, 'ensurePartitions' | 'dropPartitions'>,
  { historyKeepMonths, auditKeepMonths }: Pick<Config, 'historyKeepMonths' | 'auditKeepMonths'>,
  log: EventLog,
): Loop {
  return {
    name: 'partitions',
    pauseMs: HOUR_MS,
    step: async () => {
      await store.ensurePartitions(MONTHS_AHEAD);
      const { history, audit } = await store.dropPartitions({
        history: historyKeepMonths,
        audit: auditKeepMonths,
      });
      if (history > 0) log.event('history_months_dropped', { count: history });
      if (audit > 0) log.event('audit_months_dropped', { count: audit });
      return 'rest';
    },
  };
}
