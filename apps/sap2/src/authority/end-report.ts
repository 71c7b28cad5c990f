import type { EventLog, Measures } from '@sap2/observability';
import type { EndReport } from '@sap2/session-core';

/** Each end is counted by its cause. A log line says how many ended at once, for each peer and cause. */
export function endReport(log: Pick<EventLog, 'debug'>, measures: Pick<Measures, 'sessionEnded'>): EndReport {
  return (ended) => {
    const counts = new Map<string, { peer: string; cause: string; count: number }>();
    for (const { peer, cause } of ended) {
      measures.sessionEnded(cause);
      const line = counts.get(`${cause} ${peer}`) ?? { peer, cause, count: 0 };
      line.count += 1;
      counts.set(`${cause} ${peer}`, line);
    }
    for (const line of counts.values()) log.debug('sessions_ended', line);
  };
}
