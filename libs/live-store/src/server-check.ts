import { OWNER } from './keys.js';
import type { RedisConnection } from './redis-connection.js';

/** The server answers, and must not be used as it is. The message says what the operator should do. */
export class UnsuitableRedisError extends Error {
  override readonly name = 'UnsuitableRedisError';
}

const field = (info: string, name: string): string | undefined =>
  new RegExp(`^${name}:(.*?)\\r?$`, 'mu').exec(info)?.[1];

/** The run ids of every server that holds keys. One that was started again, or took over, has another one. */
export async function serversOf(redis: RedisConnection): Promise<string> {
  const infos = await redis.ask(() => Promise.all(redis.masters().map((node) => node.info('server'))));
  return infos
    .map((info) => field(info, 'run_id') ?? '')
    .toSorted()
    .join(' ');
}

/**
 * A server that evicts keys when memory is short would log users out and forget who ended. INFO is asked, since many
 * hosts do not allow CONFIG.
 * @throws UnsuitableRedisError
 */
export async function refuseEvictingServers(redis: RedisConnection): Promise<void> {
  const infos = await redis.ask(() => Promise.all(redis.masters().map((node) => node.info('memory'))));
  for (const info of infos) {
    const policy = field(info, 'maxmemory_policy');
    if (policy === 'noeviction') continue;
    throw new UnsuitableRedisError(
      `Redis has maxmemory-policy ${policy ?? '(unknown)'} and may throw live sessions away: set it to noeviction, ` +
        'by "maxmemory-policy noeviction" in redis.conf or at once by "redis-cli CONFIG SET maxmemory-policy noeviction"',
    );
  }
}

/**
 * Two databases in one Redis would end each other's sessions as unknown. The first one leaves its id there, and
 * Redis refuses another. A Redis without a mark was emptied or is of an earlier version, so this takes it.
 * @throws UnsuitableRedisError
 */
export async function claimFor(owner: string, redis: RedisConnection): Promise<void> {
  const found = await redis.ask(async (client) => {
    await client.set(OWNER, owner, 'NX');
    return client.get(OWNER);
  });
  if (found === owner) return;
  throw new UnsuitableRedisError(
    `Redis keeps the sessions of another SAP 2 (its database has the id ${found}, this one has ${owner}). Set REDIS_URL to another ` +
      'Redis or SAP2_REDIS_PREFIX to a prefix of its own. If that SAP 2 is gone for good, empty Redis by "redis-cli FLUSHDB"',
  );
}
