import type { AgreementBook } from '@sap2/administration';
import type { EventLog } from '@sap2/observability';
import type { SessionEnd } from '@sap2/session-core';
import type { Loop } from './loop.js';

/** An agreement admits no message after its end. Its sessions end within this time. */
const LOOK_EVERY_MS = 5_000;

/**
 * Ends sessions without a valid agreement, and deletes agreements whose peers have all their disconnects. It asks
 * PostgreSQL every 5 s, with two statements.
 */
export function agreementsLoop(
  book: Pick<AgreementBook, 'runOut' | 'endRunOut' | 'purgeDeleted'>,
  end: SessionEnd,
  log: EventLog,
): Loop {
  return {
    name: 'agreements',
    pauseMs: LOOK_EVERY_MS,
    step: async () => {
      for (const peer of await book.runOut()) {
        const { ended, job } = await end.announce(book.endRunOut(peer));
        log.event('agreement_ran_out', { peer, count: job?.total ?? ended, detail: job && `job ${job.id}` });
      }
      await book.purgeDeleted();
      return 'rest';
    },
  };
}
