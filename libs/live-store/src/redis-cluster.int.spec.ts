import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import { accountNamed, aSession, OPERATOR, startTestRedis, type TestServer } from '@sap2/testkit';
import { Redis } from 'ioredis';
import {
  describeLiveStoreContract,
  loseEverything,
  optionsFor,
  rebuildFromNothing,
} from './live-store.contract.js';
import { connectLiveStore } from './live-store.js';
import { RedisConnection, type RedisAddress } from './redis-connection.js';

const SLOTS = 16_384;
const MASTERS = 3;
const POLL_MS = 50;

interface Node {
  readonly port: number;
  readonly redis: Redis;
}

let shop: TestServer | undefined;
const processes: ChildProcess[] = [];
const nodes: Node[] = [];
let address: Promise<RedisAddress> | undefined;

afterAll(async () => {
  for (const { redis } of nodes) redis.disconnect();
  for (const process of processes.filter(({ exitCode }) => exitCode === null)) {
    process.kill('SIGKILL');
    await once(process, 'exit');
  }
  await shop?.stop();
});

/** The server that the tests use anyway says where its program is, and with what environment that runs. */
async function startNode(server: TestServer): Promise<Node> {
  const asked = new Redis(server.url);
  const program = /^executable:(.*)\r$/mu.exec(await asked.info('server'))?.[1] ?? '';
  asked.disconnect();
  const environment = readFileSync(`/proc/${server.pid}/environ`, 'utf8').split('\0');
  const env = Object.fromEntries(
    environment.map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]),
  );
  for (;;) {
    // The nodes talk to each other 10 000 ports higher.
    const port = randomInt(15_000, 30_000);
    const dir = join(server.dataDir, `node-${port}`);
    mkdirSync(dir);
    const settings = {
      port,
      dir,
      bind: '127.0.0.1',
      'cluster-enabled': 'yes',
      save: '',
      pidfile: 'redis.pid',
    };
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const child = spawn(program, args, { env, stdio: 'ignore' });
    processes.push(child);
    const redis = new Redis(port, '127.0.0.1', { retryStrategy: () => POLL_MS, disconnectTimeout: 0 });
    redis.on('error', () => undefined);
    while (child.exitCode === null && redis.status !== 'ready') await pause(POLL_MS);
    if (redis.status === 'ready') return { port, redis };
    // Somebody else has the port.
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
  it('serves a batch over all shards and all masters in one go', async () => {
    const options = optionsFor(await aCluster());
    const redis = await RedisConnection.open(options);
    await loseEverything(redis);
    const store = await connectLiveStore(options);
    await rebuildFromNothing(store);
    const sessions = Array.from({ length: 300 }, (_, i) => aSession({ account: accountNamed(`user-${i}`) }));
    await store.sessions.restore(sessions, 0);
    const caller = { peer: OPERATOR, account: undefined, clientKey: undefined };
    const renewals = sessions.map(({ id }) => ({ id, keepAliveTimeS: 90 }));
    const outcomes = await store.sessions.renew(renewals, caller, undefined);
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['renewed']));
    expect(await store.sessions.count()).toEqual({ sessions: 300, deadlines: 300 });
    const sizes = await Promise.all(redis.masters().map((node) => node.dbsize()));
    expect(sizes.filter((size) => size > 0)).toHaveLength(MASTERS);
    await store.ping();
    await store.close();
    await redis.close();
  });
});
