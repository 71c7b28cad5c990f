import type { LiveEnds } from '@sap2/session-core';
import type { RedisConnection } from './redis-connection.js';
import { LET_IN, REMOVE, SHUT_OUT } from './session-scripts.js';
import { inShards, SHARDS } from './shards.js';

/** Every method: one script call per shard touched, all on their way at once. */
export class RedisLiveEnds implements LiveEnds {
  constructor(
    private readonly redis: RedisConnection,
    private readonly tombstoneS: number,
  ) {}

  readonly remove: LiveEnds['remove'] = async (ended) => {
    const reserved = await inShards(
      ended,
      ({ id }) => id,
      (shard, ours) => {
        const { mark, deadlines, drift } = shard;
        const keys = ours.flatMap(({ id }) => [shard.session(id), shard.tombstone(id), shard.opening(id)]);
        const args = ours.flatMap(({ id, peer, cause }) => [id, peer, cause]);
        return this.redis.run(REMOVE, [mark, deadlines, drift, ...keys], [this.tombstoneS, ...args]);
      },
    );
    return { notHandedOver: reserved.flat() };
  };

  readonly shutOut: LiveEnds['shutOut'] = async ({ peer, job, keeps }) => {
    const said = JSON.stringify({ job, keeps });
    await Promise.all(SHARDS.map(({ shutOut }) => this.redis.run(SHUT_OUT, [shutOut], [peer, job, said])));
  };

  readonly letIn: LiveEnds['letIn'] = async ({ peer, job }) => {
    await Promise.all(SHARDS.map(({ shutOut }) => this.redis.run(LET_IN, [shutOut], [peer, job])));
  };
}
