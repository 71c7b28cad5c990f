import type { Redis } from 'ioredis';
import { SHARD_COUNT } from '@sap2/session-core';

const PAGE = 5_000;
const tags = Array.from({ length: SHARD_COUNT }, (_, shard) => `sap2:{${String(shard).padStart(2, '0')}}`);

/** Counted by what lies there. */
export async function heldInRedis(
  redis: Redis,
): Promise<{ readonly ids: ReadonlySet<string>; readonly deadlines: number }> {
  const ids = new Set<string>();
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', 'sap2:{*}:session:*', 'COUNT', PAGE);
    for (const key of keys) ids.add(key.slice(key.lastIndexOf(':') + 1));
    cursor = next;
  } while (cursor !== '0');
  return { ids, deadlines: await countDeadlines(redis) };
}

export async function countDeadlines(redis: Redis): Promise<number> {
  const counts = await Promise.all(tags.map((tag) => redis.zcard(`${tag}:deadlines`)));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Puts one deadline on all of `ids`, `inMs` from now by the service time of each shard. */
export async function setDeadlines(redis: Redis, ids: ReadonlySet<string>, inMs: number): Promise<void> {
  const [seconds, microseconds] = await redis.time();
  const dueMs = Number(seconds) * 1_000 + Math.floor(Number(microseconds) / 1_000) + inMs;
  await Promise.all(
    tags.map(async (tag) => {
      const outageMs = Number((await redis.hget(`${tag}:shard`, 'outageMs')) ?? 0);
      const here = (await redis.zrange(`${tag}:deadlines`, '0', '-1')).filter((id) => ids.has(id));
      const entries = here.flatMap((id) => [String(dueMs - outageMs), id]);
      if (entries.length > 0) await redis.zadd(`${tag}:deadlines`, 'XX', ...entries);
    }),
  );
}
