import type { Actor } from '@sap2/administration';
import { type EventLog, type Measures, sessionTag } from '@sap2/observability';
import type { EndedSession, EndReport } from '@sap2/session-core';

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

/** Which administrator ended a session: the report above has no name. */
export const reportAdministratorsEnd =
  (log: Pick<EventLog, 'event'>) =>
  ({ name: administrator, requestID: requestId }: Actor, { id, peer, cause }: EndedSession): void =>
    log.event('session_ended', { requestId, administrator, session: sessionTag(id), peer, cause });
