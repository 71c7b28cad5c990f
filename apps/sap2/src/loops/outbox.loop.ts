import type { Config } from '@sap2/config';
import type { EventLog, Measures } from '@sap2/observability';
import type { DisconnectOutbox } from '@sap2/session-core';
import type { Loop } from './loop.js';

/** Rows in one statement: none of them is locked for long. */
const BATCH = 500;

const LOOK_EVERY_MS = 10_000;

const DAY_MS = 86_400_000;

/**
 * Gives up disconnects that waited behind an open circuit longer than the horizon, with an alert (ssp-binding §5).
 * It also deletes old settled ones. It asks PostgreSQL every 10 s, with two statements.
 */
export function outboxLoop(
  outbox: Pick<DisconnectOutbox, 'giveUp' | 'forget'>,
  config: Pick<Config, 'pushHorizonS' | 'deliveriesKeepDays' | 'undeliveredKeepDays'>,
  log: EventLog,
  measures: Measures,
): Loop {
  return {
    name: 'outbox',
    pauseMs: LOOK_EVERY_MS,
    step: async () => {
      const givenUp = await outbox.giveUp(config.pushHorizonS * 1000, BATCH);
      for (const { peer, count, error } of givenUp) {
        measures.disconnects(peer, 'undelivered', count);
        log.error('disconnects_undelivered', { peer, count, detail: error });
      }
      const total = givenUp.reduce((sum, { count }) => sum + count, 0);
      const { deliveriesKeepDays: settled, undeliveredKeepDays: undelivered } = config;
      const forgotten = await outbox.forget(settled * DAY_MS, undelivered * DAY_MS, BATCH);
      return total === BATCH || forgotten === BATCH ? 'again' : 'rest';
    },
  };
}
