import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestRedisCluster } from '@sap2/test-support';
import { Client } from 'pg';
import { ConformanceWorld, CONFORMANCE_SEED, describeLog } from '../../support/service/conformance-world.js';
import { PersistentPeer } from '../../support/service/persistent-peer.js';
import { SessionTraffic } from '../../support/service/session-traffic.js';
import { until } from '../../support/service/until.js';

/** The gate stays closed for 13 s after a fail-over. */
const LONGEST_MS = 240_000;
const STEADY_USERS = 8;
const BUSY_USERS = 8;
const SHARDS = Array.from({ length: 16 }, (_, shard) => String(shard).padStart(2, '0'));

let cluster: TestRedisCluster;
const world = new ConformanceWorld();

beforeAll(async () => {
  cluster = await TestRedisCluster.start({ masters: 3, replicas: 3, nodeTimeoutMs: 1_500 });
  const { host, port } = cluster.contact;
  await world.start({ REDIS_URL: `redis-cluster://${host}:${port}` }, CONFORMANCE_SEED);
}, LONGEST_MS);

afterAll(async () => {
  await world.stop();
  await cluster.stop();
});

/** What the masters hold together. */
async function heldInRedis(): Promise<{ readonly sessions: string[]; readonly deadlines: number }> {
  const sessions: string[] = [];
  let deadlines = 0;
  for (const { redis } of await cluster.masters()) {
    const keys = await redis.keys('sap2:{*}:*');
    const isOf = (kind: string) => (key: string) => key.includes(`:${kind}`);
    sessions.push(...keys.filter(isOf('session:')).map((key) => key.slice(key.lastIndexOf(':') + 1)));
    for (const key of keys.filter(isOf('deadlines'))) deadlines += await redis.zcard(key);
  }
  return { sessions: sessions.toSorted(), deadlines };
}

async function liveRows(): Promise<string[]> {
  const client = new Client({ connectionString: world.service.databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string }>('SELECT id FROM live_session');
    return rows.map(({ id }) => id).toSorted();
  } finally {
    await client.end();
  }
}

/** V7: both stores and the peer know the same sessions. */
async function expectAgreement(traffic: SessionTraffic): Promise<void> {
  const believed = [...traffic.live].toSorted();
  const held = await until('both stores to agree', async () => {
    const seen = await heldInRedis();
    return seen.deadlines === believed.length ? seen : undefined;
  });
  expect(held.sessions).toEqual(believed);
  expect(await liveRows()).toEqual(believed);
}

/** Sessions of users of their own, under way while `fault` happens. */
async function underLoad(fault: (traffic: SessionTraffic) => Promise<void>): Promise<SessionTraffic> {
  const peer = new PersistentPeer(world.operator);
  const traffic = new SessionTraffic(peer);
  const users = (count: number) => Array.from({ length: count }, () => world.newUser());
  traffic.begin(users(STEADY_USERS), users(BUSY_USERS));
  await until('a load', () => traffic.counts.logouts > BUSY_USERS);
  await fault(traffic);
  const { logouts } = traffic.counts;
  await until('logouts after the fault', () => traffic.counts.logouts > logouts + BUSY_USERS);
  await traffic.end();
  process.stdout.write(
    `redis cluster: ${JSON.stringify({ ...traffic.counts, refused: peer.refused, broken: peer.broken })}\n`,
  );
  return traffic;
}

const known = new Set<string>();
/** Sessions of the tests before stay live: the peer still believes in them. */
async function expectNothingLost(traffic: SessionTraffic): Promise<void> {
  expect(traffic.breaches).toEqual([]);
  for (const id of traffic.live) known.add(id);
  for (const id of known) traffic.live.add(id);
  await expectAgreement(traffic);
}

describe('three masters and three replicas', () => {
  it(
    'V1–V7 while the slots of shards, with their sessions, move to another master under load',
    async () => {
      const traffic = await underLoad(async () => {
        for (const shard of SHARDS.slice(0, 6)) {
          const [node] = await cluster.masters();
          await cluster.moveSlot(Number(await node?.redis.cluster('KEYSLOT', `sap2:{${shard}}:shard`)));
        }
      });
      await expectNothingLost(traffic);
    },
    LONGEST_MS,
  );

  it(
    'V1–V7 while a master dies under load and its replica takes over',
    async () => {
      const traffic = await underLoad(async ({ counts }) => {
        const [node] = await cluster.masters();
        const slot = Number(await node?.redis.cluster('KEYSLOT', 'sap2:{03}:shard'));
        const dying = await cluster.masterOf(slot);
        const sinceMs = performance.now();
        await dying.kill();
        await until('another master', async () => {
          const masters = await cluster.masters();
          return masters.length === 3 && !masters.includes(dying);
        });
        const tookOverMs = performance.now() - sinceMs;
        const { logins } = counts;
        await until('a login after that', () => counts.logins > logins + BUSY_USERS);
        const healedMs = performance.now() - sinceMs;
        process.stdout.write(
          `redis cluster: a replica took over after ${(tookOverMs / 1_000).toFixed(1)} s, logins after ${(healedMs / 1_000).toFixed(1)} s\n`,
        );
        await dying.start();
        await until('a replica again', async () => {
          const info = await dying.redis.info('replication').catch(() => '');
          return info.includes('role:slave') && info.includes('master_link_status:up');
        });
      });
      await expectNothingLost(traffic);
    },
    LONGEST_MS,
  );

  it(
    'V1: a replica that takes over without the last writes serves no session that was logged out before',
    async () => {
      const user = world.newUser();
      const id = await user.session();
      const slot = Number(await cluster.nodes[1]?.redis.cluster('KEYSLOT', `sap2:{${id.slice(0, 2)}}:shard`));
      const dying = await cluster.masterOf(slot);
      const replica = await cluster.replicaOf(dying);
      expect(await dying.redis.wait(1, 10_000)).toBe(1);
      // From here on the replica hears nothing more.
      await replica.redis.config('SET', 'masterauth', 'a wrong password');
      await replica.redis.call('CLIENT', 'KILL', 'TYPE', 'MASTER');
      await until('a replica that is cut off', async () =>
        (await replica.redis.info('replication')).includes('master_link_status:down'),
      );
      expect((await user.logOut(id)).code).toBe(200);
      await dying.kill();
      expect(await replica.redis.readonly()).toBe('OK');

      const peer = new PersistentPeer(world.operator);
      const codes = new Set<number>();
      await until('an answer', async () => {
        codes.add((await peer.ask(user.keepAliveRequest(id))).code);
        return (await cluster.masters()).includes(replica) && codes.size > 0;
      });
      expect([...codes]).toEqual([604]);
      expect((await heldInRedis()).sessions).not.toContain(id);
    },
    LONGEST_MS,
  );
});

describeLog(world);
