import { RedisConsoleSessions } from './redis-console-sessions.js';
import { RedisConnection, type RedisConnectionOptions } from './redis-connection.js';
import { type AttemptLimits, RedisLoginAttempts } from './redis-login-attempts.js';
import { RedisLiveEnds } from './redis-live-ends.js';
import { RedisLiveSessions, type SessionPeriods } from './redis-live-sessions.js';
import { RedisNonces } from './redis-nonces.js';
import { RedisOutgoingSetups } from './redis-outgoing-setups.js';
import { RedisSetups, type SetupBounds } from './redis-setups.js';
import { RedisSspSessions } from './redis-ssp-sessions.js';
import { RedisSyncParts } from './redis-sync-parts.js';
import { RedisTransactionLedger } from './redis-transaction-ledger.js';
import { RedisUseTimes } from './redis-use-times.js';
import { claimFor, refuseEvictingServers } from './server-check.js';
import { SHARDS } from './shards.js';

export interface LiveStoreOptions extends RedisConnectionOptions, SessionPeriods {
  /** The id of the database whose sessions are kept here. */
  readonly owner: string;
  readonly loginAttempts: AttemptLimits;
  /** Life of a nonce (ssp-binding §4.1). */
  readonly nonceTtlMs: number;
  /** Of unfinished set-ups (ssp-binding §3). */
  readonly setups: SetupBounds;
}

/** Everything that Redis keeps, behind the ports of the other rooms, over one connection. */
export type LiveStore = Awaited<ReturnType<typeof connectLiveStore>>;

/** Long enough to be seen by a person who looks for it, short enough not to matter. */
const WRITABLE_S = 10;

/**
 * Shards may still be lost: check `sessions.lostShards()` before you open a listener.
 * @throws LiveStoreUnavailableError · UnsuitableRedisError
 */
export async function connectLiveStore(options: LiveStoreOptions) {
  const redis = await RedisConnection.open(options);
  try {
    await refuseEvictingServers(redis);
    await claimFor(options.owner, redis);
  } catch (error) {
    await redis.close();
    throw error;
  }
  return {
    sessions: new RedisLiveSessions(redis, options.randomness, options),
    ends: new RedisLiveEnds(redis, options.tombstoneS),
    useTimes: new RedisUseTimes(redis),
    nonces: new RedisNonces(redis, options.nonceTtlMs),
    loginAttempts: new RedisLoginAttempts(redis, options.loginAttempts),
    syncParts: new RedisSyncParts(redis),
    sspSessions: new RedisSspSessions(redis),
    setups: new RedisSetups(redis, options.setups),
    outgoingSetups: new RedisOutgoingSetups(redis, options.setups.lifeMs),
    consoleSessions: new RedisConsoleSessions(redis),
    transactions: new RedisTransactionLedger(redis),
    /** Writes into every shard. @throws LiveStoreUnavailableError */
    ping: () => writeEverywhere(redis),
    close: () => redis.close(),
  };
}

/**
 * Into every shard, since each may be on another server of a cluster. A replica or a full server still answers
 * reads.
 */
async function writeEverywhere(redis: RedisConnection): Promise<void> {
  await redis.ask((client) =>
    Promise.all(SHARDS.map(({ writable }) => client.set(writable, '1', 'EX', WRITABLE_S))),
  );
}
