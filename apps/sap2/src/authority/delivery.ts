import { DeliverDisconnects, DeliveryQueues } from '@sap2/peer-delivery';
import { pause } from '../loops/loop.js';
import { deliveryReport } from '../loops/delivery-report.js';
import { type Base, systemRandomness } from './base.js';
import type { Peers } from './peers.js';
import type { Ports } from './ports.js';
import type { SessionUseCases } from './sessions.js';

/** Says to peers what is owed to them. */
export function makeDelivery(
  { config, log, measures }: Base,
  { DisconnectOutbox: outbox, Agreements: agreements, SspSessions: sspSessions }: Ports,
  { end }: SessionUseCases,
  { initiator, transport }: Peers,
): DeliveryQueues {
  const deliver = new DeliverDisconnects(
    { outbox, end, agreements, sspSessions, initiator, transport, randomness: systemRandomness },
    {
      batchSize: config.pushBatch,
      postDeadlineMs: config.pushDeadlineMs,
      horizonMs: config.pushHorizonS * 1000,
      failuresToOpen: config.pushFailuresToOpen,
      longestTrialPauseMs: config.pushTrialMaxS * 1000,
    },
  );
  return new DeliveryQueues(outbox, deliver, pause, deliveryReport(log, measures), {
    messages: config.pushConcurrency,
    messagesPerPeer: config.pushMessagesPerPeer,
    batchSize: config.pushBatch,
  });
}
