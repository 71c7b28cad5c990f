import type { RedisAddress } from '@sap2/kernel';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll } from '@jest/globals';
import { SHARD_COUNT } from '@sap2/session-core';
import {
  describeLiveSessionsContract,
  describeLoginAttemptsContract,
  describeNoncesContract,
  describeOutgoingSetupsContract,
  describeSetupsContract,
  describeSspSessionsContract,
  describeSyncPartsContract,
  describeTransactionLedgerContract,
  SeededRandomness,
} from '@sap2/test-support';
import { connectLiveStore, type LiveStore, type LiveStoreOptions } from './live-store.js';
import { RedisConnection } from './redis-connection.js';

const NONCE_TTL_MS = 120_000;
/** ssp-binding §4.3. */
const SYNC_LIFE_MS = 60_000;
const ATTEMPT_LIMITS = { perUser: 3, perPeer: 7, strangersPerS: 1, windowMs: 300_000, knownMs: 86_400_000 };
const SETUP_BOUNDS = { lifeMs: 60_000, perAddress: 20, inAll: 50, wrongPerAddress: 5 };

/** Ordinary options; a test says what is special about it. */
export function optionsFor(redis: RedisAddress, special: Partial<LiveStoreOptions> = {}): LiveStoreOptions {
  return {
    redis,
    keyPrefix: '',
    owner: 'the owner of the tests',
    commandTimeoutMs: 2000,
    randomness: new SeededRandomness(),
    onConnectionError: () => undefined,
    onSubscriptionFailed: () => undefined,
    graceS: 0,
    tombstoneS: 60,
    loginAttempts: ATTEMPT_LIMITS,
    nonceTtlMs: NONCE_TTL_MS,
    setups: SETUP_BOUNDS,
    ...special,
  };
}

/** As if an administrator had emptied it: every node, every database. */
export async function loseEverything(redis: RedisConnection): Promise<void> {
  await Promise.all(redis.masters().map((node) => node.flushall()));
}

export async function rebuildFromNothing({ sessions }: LiveStore): Promise<void> {
  for (let shard = 0; shard < SHARD_COUNT; shard++) {
    await sessions.beginRebuild(shard, 30_000);
    await sessions.completeRebuild(shard);
  }
}

const EARLIEST_TIME_MS = 1e12;

/** The time is that of Redis. So this makes the stored data older instead: the lives of keys, and scores. */
async function age(redis: RedisConnection, byMs: number): Promise<void> {
  for (const node of redis.masters()) {
    for (const key of await node.keys('*')) {
      const lifeMs = await node.pttl(key);
      if (lifeMs > 0) await node.pexpire(key, Math.max(lifeMs - byMs, 0));
      if (key.startsWith('sap2:ssp-session:')) await node.hincrby(key, 'usedAtMs', -byMs);
      if ((await node.type(key)) !== 'zset') continue;
      for (const member of await node.zrange(key, '0', '-1')) {
        // Other scores are counts, or all the same.
        if (Number(await node.zscore(key, member)) > EARLIEST_TIME_MS)
          await node.zincrby(key, String(-byMs), member);
      }
    }
  }
}

async function timeOf(redis: RedisConnection): Promise<number> {
  const [seconds = 0, microseconds = 0] = (await redis.masters()[0]?.time()) ?? [];
  return seconds * 1000 + Math.floor(microseconds / 1000);
}

/** Every port that the live store stands behind, on whatever kind of Redis `address` leads to. */
export function describeLiveStoreContract(name: string, address: () => Promise<RedisAddress>): void {
  let redis: RedisConnection;
  let store: LiveStore;
  beforeAll(async () => {
    const options = optionsFor(await address());
    redis = await RedisConnection.open(options);
    store = await connectLiveStore(options);
  });
  afterAll(async () => {
    await store.close();
    await redis.close();
  });

  const common = {
    nowMs: () => timeOf(redis),
    close: () => loseEverything(redis),
  };
  const makeOlder = async (ms: number): Promise<void> => {
    await age(redis, ms);
    // Whatever comes next comes at a later millisecond of the server's clock.
    await pause(5);
  };

  describeLiveSessionsContract(name, async () => {
    await rebuildFromNothing(store);
    return {
      ...common,
      letPass: makeOlder,
      wait: (ms) => pause(ms),
      live: store.sessions,
      ends: store.ends,
      loseEverything: () => loseEverything(redis),
    };
  });
  describeNoncesContract(name, () =>
    Promise.resolve({
      ...common,
      letPass: makeOlder,
      lifeMs: NONCE_TTL_MS,
      nonces: store.nonces,
      attempts: store.loginAttempts,
    }),
  );
  describeLoginAttemptsContract(name, () => {
    const rules = { ...ATTEMPT_LIMITS, leaseMs: 60_000 };
    return Promise.resolve({ ...common, ...rules, letPass: makeOlder, attempts: store.loginAttempts });
  });
  describeSyncPartsContract(name, () =>
    Promise.resolve({ ...common, letPass: makeOlder, lifeMs: SYNC_LIFE_MS, parts: store.syncParts }),
  );
  describeSspSessionsContract(name, () =>
    Promise.resolve({ ...common, letPass: makeOlder, sspSessions: store.sspSessions }),
  );
  describeSetupsContract(name, () =>
    Promise.resolve({ ...common, letPass: makeOlder, setups: store.setups }),
  );
  describeOutgoingSetupsContract(name, () =>
    Promise.resolve({ ...common, letPass: makeOlder, setups: store.outgoingSetups }),
  );
  describeTransactionLedgerContract(name, () =>
    Promise.resolve({ ...common, letPass: makeOlder, ledger: store.transactions }),
  );
}
