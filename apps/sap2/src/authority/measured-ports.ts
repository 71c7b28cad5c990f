import type { EventLog, Measures } from '@sap2/observability';
import type { EndReport, SessionLedger } from '@sap2/session-core';

/** Counts each birth of a session. What ends one is counted by the one end (`session-end.ts`). */
export function measuredLedger(ledger: SessionLedger, measures: Measures): SessionLedger {
  const counted: Pick<SessionLedger, 'open'> = {
    open: async (birth, policy) => {
      const ending = await ledger.open(birth, policy);
      return ending.map((outcome) => {
        if (outcome.kind === 'opened') measures.sessionOpened();
        return outcome;
      });
    },
  };
  return over(ledger, counted);
}

/** Each end is counted by its cause. A log line says how many ended at once, for each peer and cause. */
export function endReport(log: EventLog, measures: Measures): EndReport {
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

/** The port with some of its operations replaced; it inherits the others. */
const over = <Port extends object>(port: Port, replaced: Partial<Port>): Port =>
  Object.assign(Object.create(port) as Port, replaced);
