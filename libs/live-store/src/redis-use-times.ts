import type { UseTime, UseTimes } from '@sap2/event-feed';
import type { UserSessionID } from '@sap2/session-core';
import type { RedisConnection } from './redis-connection.js';
import { asInteger, asList, sessionScript } from './script.js';
import { inShards } from './shards.js';

const NOT_HELD = -1;

const USE_TIMES = sessionScript('use-times.lua', (reply) =>
  asList(reply).map((one): UseTime | undefined => {
    const [lastUsedMs = NOT_HELD, expiresMs = NOT_HELD] = asList(one).map(asInteger);
    return lastUsedMs === NOT_HELD ? undefined : { lastUsedMs, expiresMs };
  }),
);

/** One script call per shard; it changes nothing. */
export class RedisUseTimes implements UseTimes {
  constructor(private readonly redis: RedisConnection) {}

  readonly of: UseTimes['of'] = async (ids) => {
    const times = new Map<UserSessionID, UseTime>();
    await inShards(
      ids,
      (id) => id,
      async (shard, ours) => {
        const keys = [shard.mark, shard.deadlines, ...ours.map((id) => shard.session(id))];
        const found = await this.redis.run(USE_TIMES, keys, ours);
        for (const [place, id] of ours.entries()) {
          const time = found[place];
          if (time !== undefined) times.set(id, time);
        }
      },
    );
    return ids.map((id) => times.get(id));
  };
}
