import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { startTestRedis, type TestServer } from './test-server.js';

const SLOTS = 16_384;
const POLL_MS = 50;
const KEYS_AT_ONCE = 200;
const MOVE_TIMEOUT_MS = 5_000;

/** One server of a cluster. It keeps nothing over its end. */
export interface RedisNode {
  readonly port: number;
  /** Reconnects by itself. */
  readonly redis: Redis;
  kill(): Promise<void>;
  start(): Promise<void>;
}

export interface RedisClusterOptions {
  readonly masters: number;
  readonly replicas: number;
  /** How long a master is silent before a replica may take over. */
  readonly nodeTimeoutMs: number;
}

/** Masters with as many replicas as there are, from the program that the tests use anyway. */
export class TestRedisCluster {
  private constructor(
    private readonly shop: TestServer,
    private readonly all: NodeProcess[],
    private readonly size: number,
  ) {}

  static async start({ masters, replicas, nodeTimeoutMs }: RedisClusterOptions): Promise<TestRedisCluster> {
    const shop = await startTestRedis();
    const nodes: NodeProcess[] = [];
    while (nodes.length < masters + replicas) nodes.push(await NodeProcess.onFreePort(shop, nodeTimeoutMs));
    const cluster = new TestRedisCluster(shop, nodes, masters);
    await cluster.join();
    return cluster;
  }

  get nodes(): readonly RedisNode[] {
    return this.all;
  }

  /** One contact is enough. */
  get contact(): { readonly host: string; readonly port: number } {
    return { host: '127.0.0.1', port: this.all[0]?.port ?? 0 };
  }

  /** The nodes that now answer as masters. */
  async masters(): Promise<readonly RedisNode[]> {
    const roles = await Promise.all(this.all.map(({ redis }) => redis.role().catch(() => ['gone'])));
    return this.all.filter((_, i) => roles[i]?.[0] === 'master');
  }

  /** One that follows the master. */
  async replicaOf(master: RedisNode): Promise<RedisNode> {
    const roles = await Promise.all(this.all.map(({ redis }) => redis.role().catch(() => [])));
    const replica = this.all.find((_, i) => roles[i]?.[0] === 'slave' && roles[i]?.[2] === master.port);
    if (replica === undefined) throw new Error('the master has no replica');
    return replica;
  }

  async masterOf(slot: number): Promise<RedisNode> {
    const [here] = await this.masters();
    const ranges = (await here?.redis.cluster('SLOTS')) ?? [];
    const port = ranges.find(([from, to]) => from <= slot && slot <= to)?.[2]?.[1];
    const node = this.all.find((one) => one.port === port);
    if (node === undefined) throw new Error(`slot ${slot} has no master`);
    return node;
  }

  /** Moves one slot with its keys to another master, as `redis-cli --cluster reshard` does. */
  async moveSlot(slot: number): Promise<void> {
    const from = await this.masterOf(slot);
    const to = (await this.masters()).find((node) => node !== from);
    if (to === undefined) throw new Error('there is only one master');
    const [fromID, toID] = [await idOf(from), await idOf(to)];
    await to.redis.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', fromID);
    await from.redis.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', toID);
    for (;;) {
      const keys = (await from.redis.call('CLUSTER', 'GETKEYSINSLOT', slot, KEYS_AT_ONCE)) as string[];
      if (keys.length === 0) break;
      await from.redis.call('MIGRATE', '127.0.0.1', to.port, '', 0, MOVE_TIMEOUT_MS, 'KEYS', ...keys);
    }
    for (const { redis } of [to, from]) await redis.call('CLUSTER', 'SETSLOT', slot, 'NODE', toID);
  }

  async stop(): Promise<void> {
    for (const node of this.all) {
      node.redis.disconnect();
      await node.kill();
    }
    await this.shop.stop();
  }

  private async join(): Promise<void> {
    const [masters, replicas] = [this.all.slice(0, this.size), this.all.slice(this.size)];
    for (const [i, { redis }] of masters.entries()) {
      const first = Math.ceil((i * SLOTS) / masters.length);
      const last = Math.ceil(((i + 1) * SLOTS) / masters.length) - 1;
      await redis.call('CLUSTER', 'ADDSLOTSRANGE', first, last);
      await redis.call('CLUSTER', 'SET-CONFIG-EPOCH', i + 1);
    }
    const [one, ...others] = this.all;
    for (const { port } of others) await one?.redis.cluster('MEET', '127.0.0.1', port);
    for (const { redis } of this.all) {
      while (!this.isWhole(await redis.cluster('INFO'))) await pause(POLL_MS);
    }
    for (const [i, { redis }] of replicas.entries()) {
      const master = masters[i % masters.length];
      if (master === undefined) throw new Error('a replica needs a master');
      await redis.call('CLUSTER', 'REPLICATE', await idOf(master));
      while (!(await redis.info('replication')).includes('master_link_status:up')) await pause(POLL_MS);
    }
  }

  private isWhole(info: string): boolean {
    return info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${this.all.length}`);
  }
}

const idOf = ({ redis }: RedisNode): Promise<string> => redis.cluster('MYID');

class NodeProcess implements RedisNode {
  readonly redis: Redis;
  private child: ChildProcess | undefined;

  private constructor(
    private readonly shop: TestServer,
    readonly port: number,
    private readonly nodeTimeoutMs: number,
  ) {
    this.redis = new Redis(port, '127.0.0.1', {
      lazyConnect: true,
      retryStrategy: () => POLL_MS,
      disconnectTimeout: 0,
    });
    this.redis.on('error', () => undefined);
  }

  static async onFreePort(shop: TestServer, nodeTimeoutMs: number): Promise<NodeProcess> {
    for (;;) {
      // The nodes talk to each other 10 000 ports higher.
      const node = new NodeProcess(shop, randomInt(15_000, 30_000), nodeTimeoutMs);
      await node.start();
      node.redis.connect().catch(() => undefined);
      while (node.child?.exitCode === null && node.redis.status !== 'ready') await pause(POLL_MS);
      if (node.redis.status === 'ready') return node;
      // Another process has the port.
      node.redis.disconnect();
    }
  }

  async kill(): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  /** The server that the tests use anyway says where its program is, and with what environment that runs. */
  async start(): Promise<void> {
    const asked = new Redis(this.shop.url, { disconnectTimeout: 0 });
    const program = /^executable:(.*)\r$/mu.exec(await asked.info('server'))?.[1] ?? '';
    asked.disconnect();
    const environment = readFileSync(`/proc/${this.shop.pid}/environ`, 'utf8').split('\0');
    const env = Object.fromEntries(
      environment.map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]),
    );
    const dir = join(this.shop.dataDir, `node-${this.port}`);
    mkdirSync(dir, { recursive: true });
    const settings = {
      port: this.port,
      dir,
      bind: '127.0.0.1',
      'cluster-enabled': 'yes',
      'cluster-require-full-coverage': 'no',
      'cluster-node-timeout': this.nodeTimeoutMs,
      'cluster-replica-validity-factor': 0,
      'repl-diskless-sync-delay': 0,
      save: '',
      pidfile: 'redis.pid',
    };
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
    this.child = spawn(program, args, { env, stdio: 'ignore' });
  }
}
