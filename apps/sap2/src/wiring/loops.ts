import type { Config } from '@sap2/config';
import type { IdentityStore } from '@sap2/identity-store';
import type { EventLog } from '@sap2/observability';
import {
  ExpireSessions,
  LIVE_SESSIONS,
  type LiveSessions,
  RebuildLiveStore,
  ReconcileStores,
} from '@sap2/session-core';
import { Gate } from '../doors/gate.js';
import { liveStoreGuardLoop } from '../loops/live-store-guard.loop.js';
import { Loops } from '../loops/loops.js';
import { partitionsLoop } from '../loops/partitions.loop.js';
import { reconcileLoop } from '../loops/reconcile.loop.js';
import { sweeperLoop } from '../loops/sweeper.loop.js';
import { provide } from './provide.js';
import { CONFIG, EVENT_LOG, IDENTITY_STORE } from './tokens.js';

/** What happens without a request, by the roles of this process. Every process guards its own gate. */
export const LOOP_PROVIDERS = [
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
    ) => {
      const guard = liveStoreGuardLoop(live, rebuild, gate, log);
      const sweeping = [
        sweeperLoop(expire, config.sweepIntervalMs, log),
        reconcileLoop(reconcile, config.reconcileIntervalMs, log),
        partitionsLoop((months) => identity.ensurePartitions(months)),
      ];
      return new Loops(gate, guard, config.roles.has('sweeper') ? sweeping : [], [], log);
    },
    CONFIG,
    EVENT_LOG,
    IDENTITY_STORE,
    LIVE_SESSIONS,
    Gate,
    RebuildLiveStore,
    ExpireSessions,
    ReconcileStores,
  ),
];
