import type { Clock } from '@sap2/kernel';
import type { EventLog } from '@sap2/observability';
import type { Grants, LiveSessions, RebuildLiveStore, ReconcileStores } from '@sap2/session-core';
import type { Gate } from '../listeners/gate.js';
import type { Loop } from './loop.js';

/** Many times what a server that crashes, or a replica that takes over, may lack of the last writes. */
const LOST_WRITES_S = 600;

/** The ledger reports a begin when it is 10 s old. Some sessions began since this process last saw the old server. */
const BIRTHS_TOLD_AFTER_MS = 13_000;

/** After this time out of reach, a store may have missed ends. The reconciliation repairs shorter gaps. */
const UNSEEN_MS = 10_000;

export interface GuardedStore {
  readonly live: LiveSessions;
  readonly rebuild: RebuildLiveStore;
  readonly reconcile: ReconcileStores;
  readonly grants: Pick<Grants, 'notice'>;
}

/**
 * Keeps the gate closed while the live store may know less than the ledger. This is so while emptied shards are
 * rebuilt. After a restart, a replacement or an outage of its server, the store first gets the missed begins and
 * ends. While the gate is open, the guard reports this to the live store; otherwise service time stops. Each second
 * it runs one script per shard and asks for the server's name.
 */
export class LiveStoreGuard implements Loop {
  readonly name = 'live_store_guard';
  /** How soon an emptied live store is noticed; its scripts refuse from the first moment on. */
  readonly pauseMs = 1_000;
  private connections = 0;
  private caughtUp: { readonly servers: string; readonly seenAtMs: number } | undefined;
  private wasEmptied = false;

  constructor(
    private readonly store: GuardedStore,
    private readonly gate: Gate,
    private readonly clock: Clock,
    private readonly log: EventLog,
    /** Peers cannot renew at a process that does not serve them, so it must not let time pass. */
    private readonly servesPeers: boolean,
  ) {
    store.live.onConnection(() => {
      this.connections += 1;
      gate.close('rebuilding');
    });
  }

  async step(): Promise<'rest'> {
    const { connections } = this;
    const isServing = this.servesPeers && this.gate.closedBecause === undefined;
    const { lost, drifting } = await this.store.live.pulse(isServing);
    this.store.grants.notice(drifting);
    if ((await this.isWhole(lost)) && (await this.isCaughtUp()) && connections === this.connections) {
      this.gate.open();
    }
    return 'rest';
  }

  private async isWhole(lost: readonly number[]): Promise<boolean> {
    if (lost.length === 0) return true;
    this.gate.close('rebuilding');
    this.wasEmptied = true;
    const restored = await this.store.rebuild.execute();
    // An empty store that had nothing to lose is as it should be: each first start finds one.
    this.log[restored > 0 ? 'warn' : 'event']('live_store_rebuilt', { count: restored });
    // Another process may hold shards that it is still rebuilding.
    return (await this.store.live.lostShards()).length === 0;
  }

  private async isCaughtUp(): Promise<boolean> {
    const seenAtMs = this.clock.nowMs();
    const servers = await this.store.live.servers();
    const awayMs = seenAtMs - (this.caughtUp?.seenAtMs ?? -Infinity);
    if (this.wasEmptied || servers !== this.caughtUp?.servers || awayMs > UNSEEN_MS) {
      this.gate.close('rebuilding');
      // A rebuild has just restored all sessions. Otherwise the last sessions before the crash must be
      // repeated.
      if (!this.wasEmptied && awayMs < BIRTHS_TOLD_AFTER_MS) return false;
      await this.catchUp(Number.isFinite(awayMs) ? awayMs : 0);
      this.wasEmptied = false;
    }
    this.caughtUp = { servers, seenAtMs };
    return true;
  }

  private async catchUp(awayMs: number): Promise<void> {
    const withinS = LOST_WRITES_S + Math.ceil(awayMs / 1000);
    const { restored, endsRepeated } = await this.store.reconcile.execute({ withinS });
    if (restored > 0) this.log.warn('sessions_put_back', { count: restored });
    if (endsRepeated > 0) this.log.event('ends_repeated', { count: endsRepeated });
  }
}
