import type { AgreementBook } from '@sap2/administration';
import type { EventLog } from '@sap2/observability';
import type { LiveSessions } from '@sap2/session-core';
import type { Loop } from './loop.js';

/** An agreement lets nobody in from the moment at which it runs out; its sessions end within this time. */
const LOOK_EVERY_MS = 5_000;

/**
 * Ends what has no agreement any more, and forgets deleted agreements whose peers have been told. Asks PostgreSQL every 5 s:
 * two statements.
 */
export function agreementsLoop(
  book: Pick<AgreementBook, 'endRunOut' | 'purgeDeleted'>,
  live: Pick<LiveSessions, 'remove'>,
  log: EventLog,
): Loop {
  return {
    name: 'agreements',
    pauseMs: LOOK_EVERY_MS,
    step: async () => {
      const ended = await book.endRunOut();
      await live.remove(ended);
      if (ended.length > 0) log.event('sessions_of_ended_agreements', { count: ended.length });
      await book.purgeDeleted();
      return 'rest';
    },
  };
}
