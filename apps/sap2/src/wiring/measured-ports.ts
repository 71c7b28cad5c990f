import type { Measures } from '@sap2/observability';
import type { EndedSession, SessionLedger } from '@sap2/session-core';

/** Every birth and end of a session goes through the ledger, whoever asks for it: they are counted here and nowhere else. */
export function measuredLedger(ledger: SessionLedger, measures: Measures): SessionLedger {
  const count = (ended: readonly EndedSession[]): void => {
    for (const { cause } of ended) measures.sessionEnded(cause);
  };
  const counted: Pick<SessionLedger, 'open' | 'end'> = {
    open: async (birth, policy) => {
      const outcome = await ledger.open(birth, policy);
      if (outcome.kind === 'opened') {
        measures.sessionOpened();
        count(outcome.ended);
      }
      return outcome;
    },
    end: async (...request) => {
      const ended = await ledger.end(...request);
      count(ended);
      return ended;
    },
  };
  return over(ledger, counted);
}

/** The port with some of its operations replaced; it inherits the others. */
const over = <Port extends object>(port: Port, replaced: Partial<Port>): Port =>
  Object.assign(Object.create(port) as Port, replaced);
