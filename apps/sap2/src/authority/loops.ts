import type { Config } from '@sap2/config';
import type { IdentityStore } from '@sap2/identity-store';
import type { EventLog, Measures } from '@sap2/observability';
import type { DeliveryQueues } from '@sap2/peer-delivery';
import type { Gate } from '../listeners/gate.js';
import { type AnchorPlace, auditAnchorLoop } from '../loops/audit-anchor.loop.js';
import { agreementsLoop } from '../loops/agreements.loop.js';
import { grantsLoop } from '../loops/grants.loop.js';
import type { JobsWorker } from '../loops/jobs.worker.js';
import type { Loop } from '../loops/loop.js';
import { LiveStoreGuard } from '../loops/live-store-guard.loop.js';
import { Loops } from '../loops/loops.js';
import { outboxLoop, type OutboxTimes } from '../loops/outbox.loop.js';
import { partitionsLoop } from '../loops/partitions.loop.js';
import { reconcileLoop } from '../loops/reconcile.loop.js';
import { statisticsLoop } from '../loops/statistics.loop.js';
import { sweeperLoop } from '../loops/sweeper.loop.js';
import type { Ports } from './ports.js';
import type { SessionUseCases } from './sessions.js';
import { systemClock } from './system.js';

const DAY_MS = 86_400_000;

const outboxTimesOf = (config: Config): OutboxTimes => ({
  horizonMs: config.pushHorizonS * 1000,
  keepSettledMs: config.deliveriesKeepDays * DAY_MS,
  keepUndeliveredMs: config.undeliveredKeepDays * DAY_MS,
});

export interface LoopNeeds {
  readonly ports: Ports;
  readonly sessions: SessionUseCases;
  readonly queues: DeliveryQueues;
  readonly jobs: JobsWorker;
  readonly identity: IdentityStore;
  readonly anchorPlaces: readonly AnchorPlace[];
  readonly gate: Gate;
  readonly config: Config;
  readonly log: EventLog;
  readonly measures: Measures;
}

/** Every process that sweeps signs for itself. */
const anchoringOf = ({ ports, anchorPlaces, config, log, measures }: LoopNeeds): readonly Loop[] =>
  config.auditAnchorIntervalS === 0
    ? []
    : [
        auditAnchorLoop(ports.Audit, anchorPlaces, config.auditAnchorIntervalS * 1000, {
          clock: systemClock,
          log,
          measures,
        }),
      ];

/** What happens without a request, by the roles of this process. Every process guards its own gate. */
export function makeLoops(needs: LoopNeeds): Loops {
  const { ports, sessions, queues, jobs, identity, gate, config, log, measures } = needs;
  const { rebuild, reconcile, expire, grants, end } = sessions;
  const live = ports.LiveSessions;
  const servesPeers = config.roles.has('ssp');
  const sweeps = config.roles.has('sweeper');
  const guard = new LiveStoreGuard({ live, rebuild, reconcile, grants }, gate, systemClock, log, servesPeers);
  const sweeping = [
    sweeperLoop(expire, config.sweepIntervalMs, log),
    grantsLoop(grants, log),
    reconcileLoop(reconcile, config.reconcileIntervalMs, systemClock, log),
    partitionsLoop(identity, { history: config.historyKeepMonths, audit: config.auditKeepMonths }, log),
    outboxLoop(ports.DisconnectOutbox, outboxTimesOf(config), log, measures),
    statisticsLoop(identity.statistics),
    agreementsLoop(identity.agreementBook, end, log),
    ...anchoringOf(needs),
  ];
  const delivery = { name: 'delivery', run: (signal: AbortSignal) => queues.run(signal) };
  return new Loops(
    gate,
    guard,
    sweeps ? sweeping : [],
    [...(sweeps ? [jobs] : []), ...(config.roles.has('delivery') ? [delivery] : [])],
    log,
  );
}
