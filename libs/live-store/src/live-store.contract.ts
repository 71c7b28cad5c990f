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
} from '@sap2/testkit';
import { connectLiveStore, type LiveStore, type LiveStoreOptions } from './live-store.js';
import { type RedisAddress, RedisConnection } from './redis-connection.js';
import { RedisNonces } from './redis-nonces.js';
import { RedisSyncParts } from './redis-sync-parts.js';

const ATTEMPT_LIMITS = { perUser: 3, perPeer: 7, strangersPerS: 1, windowMs: 300_000, knownMs: 86_400_000 };

/** Ordinary options; a test says what is special about it. */
export function optionsFor(redis: RedisAddress, special: Partial<LiveStoreOptions> = {}): LiveStoreOptions {
  return {
    redis,
    commandTimeoutMs: 2000,
    randomness: new SeededRandomness(),
    onConnectionError: () => undefined,
    graceS: 0,
    tombstoneS: 60,
    loginAttempts: ATTEMPT_LIMITS,
    nonceTtlMs: 120_000,
    setupTtlMs: 60_000,
    ...special,
  };
}

/** As if somebody had emptied it: every node, every database. */
export async function loseEverything(redis: RedisConnection): Promise<void> {
  await Promise.all(redis.masters().map((node) => node.flushall()));
}

export async function rebuildFromNothing({ sessions }: LiveStore): Promise<void> {
  for (let shard = 0; shard < SHARD_COUNT; shard++) {
    await sessions.beginRebuild(shard, 30_000);
    await sessions.completeRebuild(shard);
  }
}

/** Time is Redis's own, so what is stored is made older instead: everything that is told by lives of keys and by scores. */
async function age(redis: RedisConnection, byMs: number): Promise<void> {
  for (const node of redis.masters()) {
    for (const key of await node.keys('*')) {
      const lifeMs = await node.pttl(key);
      if (lifeMs > 0) await node.pexpire(key, Math.max(lifeMs - byMs, 0));
      if ((await node.type(key)) !== 'zset') continue;
      for (const member of await node.zrange(key, '0', '-1')) await node.zincrby(key, String(-byMs), member);
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

  const letPass = (ms: number): Promise<void> => pause(ms);
  const common = {
    nowMs: () => timeOf(redis),
    close: () => loseEverything(redis),
  };
  const makeOlder = (ms: number): Promise<void> => age(redis, ms);

  describeLiveSessionsContract(name, async () => {
    await rebuildFromNothing(store);
    return { ...common, letPass, live: store.sessions, loseEverything: () => loseEverything(redis) };
  });
  describeNoncesContract(name, () =>
    Promise.resolve({ ...common, letPass, lifeMs: 300, nonces: new RedisNonces(redis, 300) }),
  );
  describeLoginAttemptsContract(name, () => {
    const rules = { ...ATTEMPT_LIMITS, leaseMs: 60_000 };
    return Promise.resolve({ ...common, ...rules, letPass: makeOlder, attempts: store.loginAttempts });
  });
  describeSyncPartsContract(name, () =>
    Promise.resolve({ ...common, letPass, lifeMs: 300, parts: new RedisSyncParts(redis, 300) }),
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
