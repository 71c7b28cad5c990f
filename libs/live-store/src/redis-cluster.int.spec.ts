import type { RedisAddress } from '@sap2/kernel';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { accountNamed, aSession, OPERATOR, startTestRedis, type TestServer } from '@sap2/test-support';
import { SHARD_COUNT, shardOfSession } from '@sap2/session-core';
import { Redis } from 'ioredis';
import {
  describeLiveStoreContract,
  loseEverything,
  optionsFor,
  rebuildFromNothing,
} from './live-store.fixture.js';
import { connectLiveStore, type LiveStore } from './live-store.js';
import { RedisConnection } from './redis-connection.js';

const SLOTS = 16_384;
const MASTERS = 3;
const POLL_MS = 50;
const THE_PEER = { peer: OPERATOR, account: undefined, clientKey: undefined };

interface Node {
  readonly port: number;
  readonly redis: Redis;
  process: ChildProcess;
}

let shop: TestServer | undefined;
const processes: ChildProcess[] = [];
const nodes: Node[] = [];
let address: Promise<RedisAddress> | undefined;

afterAll(async () => {
  for (const { redis } of nodes) redis.disconnect();
  for (const process of processes) await kill(process);
  await shop?.stop();
});

async function kill(process: ChildProcess): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return;
  process.kill('SIGKILL');
  await once(process, 'exit');
}

/** The server that the tests use anyway says where its program is, and with what environment that runs. */
async function launch(server: TestServer, port: number): Promise<ChildProcess> {
  const asked = new Redis(server.url, { disconnectTimeout: 0 });
  const program = /^executable:(.*)\r$/mu.exec(await asked.info('server'))?.[1] ?? '';
  asked.disconnect();
  const environment = readFileSync(`/proc/${server.pid}/environ`, 'utf8').split('\0');
  const env = Object.fromEntries(
    environment.map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]),
  );
  const dir = join(server.dataDir, `node-${port}`);
  mkdirSync(dir, { recursive: true });
  const settings = {
    port,
    dir,
    bind: '127.0.0.1',
    'cluster-enabled': 'yes',
    'cluster-require-full-coverage': 'no',
    save: '',
    pidfile: 'redis.pid',
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn(program, args, { env, stdio: 'ignore' });
  processes.push(child);
  return child;
}

async function startNode(server: TestServer): Promise<Node> {
  for (;;) {
    // The nodes talk to each other 10 000 ports higher.
    const port = randomInt(15_000, 30_000);
    const child = await launch(server, port);
    const redis = new Redis(port, '127.0.0.1', { retryStrategy: () => POLL_MS, disconnectTimeout: 0 });
    redis.on('error', () => undefined);
    while (child.exitCode === null && redis.status !== 'ready') await pause(POLL_MS);
    if (redis.status === 'ready') return { port, redis, process: child };
    // Another process has the port.
    redis.disconnect();
  }
}

async function startCluster(): Promise<RedisAddress> {
  shop = await startTestRedis();
  while (nodes.length < MASTERS) nodes.push(await startNode(shop));
  for (const [i, { redis }] of nodes.entries()) {
    const first = Math.ceil((i * SLOTS) / MASTERS);
    const last = Math.ceil(((i + 1) * SLOTS) / MASTERS) - 1;
    const slots = Array.from({ length: last - first + 1 }, (_, slot) => first + slot);
    await redis.cluster('ADDSLOTS', ...slots);
    await redis.call('CLUSTER', 'SET-CONFIG-EPOCH', i + 1);
  }
  for (const { port } of nodes.slice(1)) await nodes[0]?.redis.cluster('MEET', '127.0.0.1', port);
  for (const { redis } of nodes) {
    while (!isWhole(await redis.cluster('INFO'))) await pause(POLL_MS);
  }
  const contacts = nodes.map(({ port }) => ({ host: '127.0.0.1', port }));
  return {
    kind: 'cluster',
    nodes: contacts.slice(0, 1),
    tls: false,
    username: undefined,
    password: undefined,
  };
}

const isWhole = (info: string): boolean =>
  info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${MASTERS}`);

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
    const [dying] = nodes;
    if (shop === undefined || dying === undefined) throw new Error('there is no cluster');

    await kill(dying.process);
    const meanwhile = await outcomes();
    const refused = meanwhile.filter((outcome) => outcome.status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    expect(new Set(refused.map(({ reason }) => (reason as Error).name))).toEqual(
      new Set(['LiveStoreUnavailableError']),
    );
    const served = meanwhile.filter((outcome) => outcome.status === 'fulfilled');
    expect(served.length).toBeGreaterThan(0);
    expect(new Set(served.map(({ value }) => value.kind))).toEqual(new Set(['renewed']));

    dying.process = await launch(shop, dying.port);
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
