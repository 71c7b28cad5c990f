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
