import type { IdentityStore } from '@sap2/identity-store';
import type { DeliveryQueues } from '@sap2/peer-delivery';
import { type AnchorPlace, auditAnchorLoop } from '../loops/audit-anchor.loop.js';
import { agreementsLoop } from '../loops/agreements.loop.js';
import { eventsLoop } from '../loops/events.loop.js';
import { grantsLoop } from '../loops/grants.loop.js';
import type { JobsWorker } from '../loops/jobs.worker.js';
import { LiveStoreGuard } from '../loops/live-store-guard.loop.js';
import { Loops } from '../loops/loops.js';
import { outboxLoop } from '../loops/outbox.loop.js';
import { partitionsLoop } from '../loops/partitions.loop.js';
import { reconcileLoop } from '../loops/reconcile.loop.js';
import { statisticsLoop } from '../loops/statistics.loop.js';
import { sweeperLoop } from '../loops/sweeper.loop.js';
import { type Base, systemClock } from './base.js';
import type { Ports } from './ports.js';
import type { SessionUseCases } from './sessions.js';
import type { Webhooks } from './webhooks.js';

export interface Work {
  readonly identity: IdentityStore;
  readonly anchors: readonly AnchorPlace[];
  readonly jobs: JobsWorker;
  readonly delivery: DeliveryQueues;
  readonly webhooks: Pick<Webhooks, 'queues'>;
}

/** What happens without a request, by the roles of this process. Every process guards its own gate. */
export function makeLoops(base: Base, ports: Ports, sessions: SessionUseCases, work: Work): Loops {
  const { config, gate, log, measures } = base;
  const { jobs, delivery, webhooks } = work;
  const guard = new LiveStoreGuard(
    { live: ports.LiveSessions, ...sessions },
    gate,
    systemClock,
    log,
    config.roles.has('ssp'),
  );
  const sweeps = config.roles.has('sweeper');
  const pushes = [
    { name: 'delivery', run: (signal: AbortSignal) => delivery.run(signal) },
    { name: 'webhooks', run: (signal: AbortSignal) => webhooks.queues.run(signal) },
  ];
  return new Loops(
    gate,
    guard,
    sweeps ? sweepingLoops(base, ports, sessions, work) : [],
    [...(sweeps ? [jobs] : []), ...(config.roles.has('delivery') ? pushes : [])],
    log,
    measures,
  );
}

function sweepingLoops(
  { config, log, measures }: Base,
  ports: Ports,
  { expire, grants, reconcile, end }: SessionUseCases,
  { identity, anchors }: Work,
) {
  const anchorEveryMs = config.auditAnchorIntervalS * 1000;
  const anchoring = { clock: systemClock, log, measures };
  return [
    sweeperLoop(expire, config.sweepIntervalMs, log),
    grantsLoop(grants, log),
    reconcileLoop(reconcile, config.reconcileIntervalMs, systemClock, log),
    partitionsLoop(identity, config, log),
    outboxLoop(ports.DisconnectOutbox, config, log, measures),
    eventsLoop(identity, config, log),
    statisticsLoop(identity.statistics),
    agreementsLoop(identity.agreementBook, end, log),
    // Every process that sweeps signs for itself.
    ...(anchorEveryMs > 0 ? [auditAnchorLoop(ports.Audit, anchors, anchorEveryMs, anchoring)] : []),
  ];
}
