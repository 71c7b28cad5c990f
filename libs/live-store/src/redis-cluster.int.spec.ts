import type { RedisAddress } from '@sap2/kernel';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { accountNamed, aSession, OPERATOR, TestRedisCluster } from '@sap2/test-support';
import { SHARD_COUNT, shardOfSession } from '@sap2/session-core';
import {
  describeLiveStoreContract,
  loseEverything,
  optionsFor,
  rebuildFromNothing,
} from './live-store.fixture.js';
import { connectLiveStore, type LiveStore } from './live-store.js';
import { RedisConnection } from './redis-connection.js';

const MASTERS = 3;
const POLL_MS = 50;
/** Of Redis by default: no other node concludes anything meanwhile. */
const NODE_TIMEOUT_MS = 15_000;
const THE_PEER = { peer: OPERATOR, account: undefined, clientKey: undefined };

let cluster: TestRedisCluster | undefined;
let address: Promise<RedisAddress> | undefined;

afterAll(() => cluster?.stop());

async function startCluster(): Promise<RedisAddress> {
  cluster = await TestRedisCluster.start({ masters: MASTERS, replicas: 0, nodeTimeoutMs: NODE_TIMEOUT_MS });
  const { contact } = cluster;
  return { kind: 'cluster', nodes: [contact], tls: false, username: undefined, password: undefined };
}

const aCluster = (): Promise<RedisAddress> => (address ??= startCluster());

describeLiveStoreContract('Redis Cluster', aCluster);

describe('Redis Cluster', () => {
  let redis: RedisConnection;
  let store: LiveStore;
  beforeEach(async () => {
    const options = optionsFor(await aCluster());
    [redis, store] = await Promise.all([RedisConnection.open(options), connectLiveStore(options)]);
    await loseEverything(redis);
    await rebuildFromNothing(store);
  });
  afterEach(() => Promise.all([store.close(), redis.close()]));

  it('serves a batch over all shards and all masters in one go', async () => {
    const sessions = Array.from({ length: 300 }, (_, i) => aSession({ account: accountNamed(`user-${i}`) }));
    await store.sessions.restore(sessions, 0);
    const renewals = sessions.map(({ id }) => ({ id, keepAliveTimeS: 90 }));
    const outcomes = await store.sessions.renew(renewals, THE_PEER, undefined);
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['renewed']));
    expect(await store.sessions.count()).toEqual({ sessions: 300, deadlines: 300 });
    const sizes = await Promise.all(redis.masters().map((node) => node.dbsize()));
    expect(sizes.filter((size) => size > 0)).toHaveLength(MASTERS);
  });

  it('goes on without a node that died, and rebuilds the shards that come back empty', async () => {
    const sessions = Array.from({ length: 100 }, (_, i) => aSession({ account: accountNamed(`user-${i}`) }));
    for (const session of sessions) await store.sessions.put(session);
    const outcomes = () => Promise.allSettled(sessions.map(({ id }) => store.sessions.look(id, THE_PEER)));
    const dying = cluster?.nodes[0];
    if (dying === undefined) throw new Error('there is no cluster');

    await dying.kill();
    const meanwhile = await outcomes();
    const refused = meanwhile.filter((outcome) => outcome.status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    expect(new Set(refused.map(({ reason }) => (reason as Error).name))).toEqual(
      new Set(['LiveStoreUnavailableError']),
    );
    const served = meanwhile.filter((outcome) => outcome.status === 'fulfilled');
    expect(served.length).toBeGreaterThan(0);
    expect(new Set(served.map(({ value }) => value.kind))).toEqual(new Set(['renewed']));

    await dying.start();
    while ((await Promise.allSettled([store.ping()]))[0].status === 'rejected') await pause(POLL_MS);
    const lost = await store.sessions.lostShards();
    expect(lost.length).toBeGreaterThan(0);
    expect(lost.length).toBeLessThan(SHARD_COUNT);
    for (const shard of lost) {
      await store.sessions.beginRebuild(shard, 30_000);
      await store.sessions.restore(
        sessions.filter(({ id }) => shardOfSession(id) === shard),
        0,
      );
      await store.sessions.completeRebuild(shard);
    }
    expect((await outcomes()).every(({ status }) => status === 'fulfilled')).toBe(true);
    expect(await store.sessions.count()).toEqual({ sessions: 100, deadlines: 100 });
  });
});
