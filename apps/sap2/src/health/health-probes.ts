import type { IdentityStore } from '@sap2/identity-store';
import type { LiveStore } from '@sap2/live-store';
import type { Gate } from '../listeners/gate.js';
import type { TlsListeners } from '../listeners/tls/tls-listeners.js';
import type { TlsState } from '../listeners/tls/listener-tls.js';

/** What readiness is made of; each probe throws or measures. */
export class HealthProbes {
  constructor(
    private readonly gate: Gate,
    private readonly identity: IdentityStore,
    private readonly live: LiveStore,
    private readonly tls: Pick<TlsListeners, 'states'>,
  ) {}

  unreadyBecause(): string | undefined {
    return this.gate.unreadyBecause;
  }

  async postgresql(): Promise<void> {
    await this.identity.ping();
  }

  /** A write, since a replica or a full store answers reads. */
  async redisWritable(): Promise<void> {
    await this.live.ping();
  }

  /** The live store is complete: no shard waits for its rebuild. */
  async generation(): Promise<void> {
    const lost = await this.live.sessions.lostShards();
    if (lost.length > 0) throw new Error(`${lost.length} shards of the live store are being rebuilt`);
  }

  sweeperLagMs(): Promise<number> {
    return this.live.sessions.lagMs();
  }

  async deliveryLagMs(): Promise<number> {
    return (await this.identity.outbox.backlog()).oldestAgeMs;
  }

  certificates(): readonly TlsState[] {
    return this.tls.states;
  }
}
