import type { Config } from '@sap2/config';
import type { IdentityStore } from '@sap2/identity-store';
import type { EventLog, Measures } from '@sap2/observability';
import {
  DISCONNECT_OUTBOX,
  type DisconnectOutbox,
  ExpireSessions,
  LIVE_SESSIONS,
  type LiveSessions,
  RebuildLiveStore,
  ReconcileStores,
  SessionEnd,
} from '@sap2/session-core';
import { DeliverDisconnects, DeliveryLanes } from '@sap2/peer-delivery';
import {
  AGREEMENTS,
  type Agreements,
  PEER_TRANSPORT,
  type PeerTransport,
  SetUpInitiator,
  SSP_SESSIONS,
  type SspSessions,
} from '@sap2/peer-link';
import { Gate } from '../doors/gate.js';
import { JobsWorker } from '../loops/jobs.worker.js';
import { statisticsLoop } from '../loops/statistics.loop.js';
import { agreementsLoop } from '../loops/agreements.loop.js';
import { deliveryReport } from '../loops/delivery-report.js';
import { LiveStoreGuard } from '../loops/live-store-guard.loop.js';
import { pause } from '../loops/loop.js';
import { Loops } from '../loops/loops.js';
import { outboxLoop, type OutboxTimes } from '../loops/outbox.loop.js';
import { partitionsLoop } from '../loops/partitions.loop.js';
import { reconcileLoop } from '../loops/reconcile.loop.js';
import { sweeperLoop } from '../loops/sweeper.loop.js';
import { provide } from './provide.js';
import { systemClock, systemRandomness } from './system.js';
import { CONFIG, EVENT_LOG, IDENTITY_STORE, MEASURES } from './tokens.js';

const DAY_MS = 86_400_000;

const outboxTimesOf = (config: Config): OutboxTimes => ({
  horizonMs: config.pushHorizonS * 1000,
  keepSettledMs: config.deliveriesKeepDays * DAY_MS,
  keepUndeliveredMs: config.undeliveredKeepDays * DAY_MS,
});

/** What happens without a request, by the roles of this process. Every process guards its own gate. */
export const LOOP_PROVIDERS = [
  provide(
    DeliveryLanes,
    (
      config: Config,
      log: EventLog,
      outbox: DisconnectOutbox,
      end: SessionEnd,
      agreements: Agreements,
      sspSessions: SspSessions,
      initiator: SetUpInitiator,
      transport: PeerTransport,
      measures: Measures,
    ) => {
      const deliver = new DeliverDisconnects(
        outbox,
        end,
        agreements,
        sspSessions,
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
      return new DeliveryLanes(outbox, deliver, pause, deliveryReport(log, measures), {
        messages: config.pushLanes,
        messagesPerPeer: config.pushMessagesPerPeer,
        batchSize: config.pushBatch,
      });
    },
    CONFIG,
    EVENT_LOG,
    DISCONNECT_OUTBOX,
    SessionEnd,
    AGREEMENTS,
    SSP_SESSIONS,
    SetUpInitiator,
    PEER_TRANSPORT,
    MEASURES,
  ),
  provide(
    Loops,
    (
      config: Config,
      log: EventLog,
      identity: IdentityStore,
      live: LiveSessions,
      gate: Gate,
      rebuild: RebuildLiveStore,
      expire: ExpireSessions,
      reconcile: ReconcileStores,
      lanes: DeliveryLanes,
      outbox: DisconnectOutbox,
      measures: Measures,
      jobs: JobsWorker,
      end: SessionEnd,
    ) => {
      const servesPeers = config.roles.has('ssp');
      const guard = new LiveStoreGuard({ live, rebuild, reconcile }, gate, systemClock, log, servesPeers);
      const sweeping = [
        sweeperLoop(expire, config.sweepIntervalMs, log),
        reconcileLoop(reconcile, config.reconcileIntervalMs, systemClock, log),
        partitionsLoop(identity, { history: config.historyKeepMonths, audit: config.auditKeepMonths }, log),
        outboxLoop(outbox, outboxTimesOf(config), log, measures),
        statisticsLoop(identity.statistics),
        agreementsLoop(identity.agreementBook, end, log),
      ];
      const delivery = { name: 'delivery', run: (signal: AbortSignal) => lanes.run(signal) };
      return new Loops(
        gate,
        guard,
        config.roles.has('sweeper') ? sweeping : [],
        [...(config.roles.has('sweeper') ? [jobs] : []), ...(config.roles.has('delivery') ? [delivery] : [])],
        log,
      );
    },
    CONFIG,
    EVENT_LOG,
    IDENTITY_STORE,
    LIVE_SESSIONS,
    Gate,
    RebuildLiveStore,
    ExpireSessions,
    ReconcileStores,
    DeliveryLanes,
    DISCONNECT_OUTBOX,
    MEASURES,
    JobsWorker,
    SessionEnd,
  ),
];
