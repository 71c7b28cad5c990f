import type { EventLog, Measures } from '@sap2/observability';
import type { OwnSetUpEvent, SetUpEvent } from '@sap2/peer-link';
import type { DisconnectOutbox, ServiceID } from '@sap2/session-core';

interface Sinks {
  readonly log: Pick<EventLog, 'event' | 'warn'>;
  readonly measures: Pick<Measures, 'setUp'>;
}

/** A peer that did not support disconnects may do so after its set-up (ssp-binding §5). */
const tryAgain = (outbox: Pick<DisconnectOutbox, 'setSupport'>, { log }: Sinks, peer: string): void => {
  outbox
    .setSupport(peer as ServiceID, 'on-trial')
    .catch((error: unknown) => log.warn('store_unavailable', { peer, error }));
};

export const reportSetUps =
  (sinks: Sinks, outbox: Pick<DisconnectOutbox, 'setSupport'>) =>
  ({ outcome, peer, transactionID: transactionId, primitive }: SetUpEvent): void => {
    sinks.measures.setUp(outcome);
    const level = outcome === 'opened' ? 'event' : 'warn';
    sinks.log[level]('ssp_session_set_up', { outcome, peer, transactionId, primitive });
    if (outcome === 'opened' && peer !== undefined) tryAgain(outbox, sinks, peer);
  };

/** Our own set-ups with peers in callback mode. */
export const reportOwnSetUps =
  (sinks: Sinks, outbox: Pick<DisconnectOutbox, 'setSupport'>) =>
  ({ outcome, peer, transactionID: transactionId, detail }: OwnSetUpEvent): void => {
    const level = outcome === 'opened' ? 'event' : 'warn';
    sinks.log[level]('own_ssp_session_set_up', { outcome, peer, transactionId, detail });
    if (outcome === 'opened') tryAgain(outbox, sinks, peer);
  };
