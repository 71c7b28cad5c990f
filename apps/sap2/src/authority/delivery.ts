import type { Config } from '@sap2/config';
import type { EventLog, Measures } from '@sap2/observability';
import { DeliverDisconnects, DeliveryQueues } from '@sap2/peer-delivery';
import { deliveryReport } from '../loops/delivery-report.js';
import { pause } from '../loops/loop.js';
import type { Peers } from './peers.js';
import type { Ports } from './ports.js';
import type { SessionUseCases } from './sessions.js';
import { systemRandomness } from './system.js';

/** Says to peers what is owed to them. */
export function makeDelivery(
  ports: Ports,
  { end }: SessionUseCases,
  { initiator, transport }: Peers,
  config: Config,
  log: EventLog,
  measures: Measures,
): DeliveryQueues {
  const { DisconnectOutbox: outbox } = ports;
  const deliver = new DeliverDisconnects(
    outbox,
    end,
    ports.Agreements,
    ports.SspSessions,
    initiator,
    transport,
    systemRandomness,
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
