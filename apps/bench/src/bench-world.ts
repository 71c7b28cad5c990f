import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedStore, startEmbeddedPostgres, startEmbeddedRedis } from '@sap2/embedded-stores';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { request } from 'undici';
import { RawSap1 } from '../../../tests/support/peers/raw-sap1.js';
import type { RawPeer } from '../../../tests/support/peers/raw-http.js';
import { type BuiltService, startBuiltService } from './built-service.js';
import { nowMs } from './figures.js';
import { Ledger } from './ledger.js';
import { countDeadlines } from './live-store-contents.js';

/** The peer whose requests are measured. */
export const STEADY: RawPeer = { serviceID: 'wv:@steady.example', secret: 'steady-secret-0001' };
/** The peer that causes the trouble. SAP 2 cannot reach it, so its disconnects stay in the outbox. */
export const CROWDED: RawPeer = { serviceID: 'wv:@crowded.example', secret: 'crowded-secret-0002' };
const PATIENCE_MS = 600_000;
const NOBODY_LISTENS = 'http://127.0.0.1:9/push';

/** Cheap password hashes: a login is to cost the stores, not the processor. */
const USUAL = {
  SAP2_SSP_PORT: '0',
  SAP2_ADMIN_PORT: '0',
  SAP2_ARGON2_MEMORY_KIB: '64',
  SAP2_ARGON2_PASSES: '1',
  SAP2_ADMIN_REQUESTS_PER_SECOND: '1000000',
  SAP2_SECRET_KEYS: `bench:${randomBytes(32).toString('base64')}`,
};

/** A benchmark sends for days what a test sends in a second: nothing of it is kept. */
class Unrecorded extends Array<string> {
  override push(): number {
    return 0;
  }
}

export interface BenchOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly users?: readonly { readonly userID: string; readonly password: string }[];
  /** By serviceID. The other peers have a closed port. */
  readonly callbackUrls?: Readonly<Record<string, string>>;
  /** The folder of the build that is measured; another checkout, to compare. */
  readonly build?: string;
  /** Options of Node itself, as `--cpu-prof`. */
  readonly nodeOptions?: readonly string[];
}

/** A service in a separate process, with its own PostgreSQL and Redis, as durable as by default. */
export class BenchWorld {
  private constructor(
    readonly service: BuiltService,
    private readonly adminToken: string,
    readonly ledger: Ledger,
    readonly redis: Redis,
    private readonly stores: { readonly postgres: EmbeddedStore; readonly redis: EmbeddedStore },
    private readonly dataDir: string,
    private readonly environment: Readonly<Record<string, string>>,
    private readonly build: string,
  ) {}

  private readonly sap1s: RawSap1[] = [];
  private readonly others: BuiltService[] = [];

  static async start({
    environment = {},
    users = [],
    callbackUrls = {},
    build = '.',
    nodeOptions = [],
  }: BenchOptions = {}): Promise<BenchWorld> {
    const dataDir = mkdtempSync(join(tmpdir(), 'sap2-bench-'));
    // The embedded PostgreSQL may run as another user.
    chmodSync(dataDir, 0o711);
    const say = (): void => undefined;
    const [postgres, redis] = await Promise.all([
      startEmbeddedPostgres({ dataDir, say }),
      startEmbeddedRedis({ dataDir, say }),
    ]);
    const adminToken = randomBytes(24).toString('base64url');
    const whole = {
      ...USUAL,
      DATABASE_URL: postgres.url,
      REDIS_URL: redis.url,
      SAP2_SEED_FILE: seedFile(dataDir, { users, callbackUrls }, adminToken),
      ...environment,
    };
    const service = await startBuiltService(whole, build, nodeOptions);
    const ledger = await Ledger.connect(postgres.url);
    const world = new BenchWorld(
      service,
      adminToken,
      ledger,
      new Redis(redis.url),
      { postgres, redis },
      dataDir,
      whole,
      build,
    );
    // A run that is cut short leaves nothing running.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => void world.stop().finally(() => process.exit(1)));
    }
    return world;
  }

  /** Of the servers that this world started. */
  get pids(): Readonly<Record<'service' | 'redis' | 'postgres', number>> {
    const { postgres, redis } = this.stores;
    return { service: this.service.pid, redis: redis.pid, postgres: postgres.pid };
  }

  get urls(): Readonly<Record<'redis' | 'postgres', string>> {
    return { postgres: this.stores.postgres.url, redis: this.stores.redis.url };
  }

  /** One more process on the same stores. */
  async another(): Promise<BuiltService> {
    const service = await startBuiltService(this.environment, this.build);
    this.others.push(service);
    return service;
  }

  /** A SAP 1 of the peer, connected. */
  async sap1(peer: RawPeer, service = this.service): Promise<RawSap1> {
    const sap1 = await new RawSap1(service.sspUrl, peer, new Unrecorded()).connect();
    this.sap1s.push(sap1);
    return sap1;
  }

  /** As an administrator who may do everything; `path` below `/admin/v1`. */
  admin(method: string, path: string, body?: unknown, service = this.service): Promise<Response> {
    return fetch(`${service.adminUrl}/admin/v1${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${this.adminToken}`,
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
  }

  /** The same, lines of JSON in and out, as they come. */
  async stream(method: 'GET' | 'POST', path: string, body?: Readable): Promise<Readable> {
    const answer = await request(`${this.service.adminUrl}/admin/v1${path}`, {
      method,
      headers: { Authorization: `Bearer ${this.adminToken}`, 'Content-Type': 'application/x-ndjson' },
      body: body ?? null,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    if (answer.statusCode !== 200)
      throw new Error(`${path}: ${answer.statusCode} ${await answer.body.text()}`);
    return answer.body;
  }

  /** Empties Redis, and waits until the service has put back so many sessions, as it does after a loss. */
  async putIntoRedis(sessions: number): Promise<void> {
    const since = nowMs();
    await this.redis.flushall();
    while ((await countDeadlines(this.redis)) < sessions || !(await this.isReady())) {
      if (nowMs() - since > PATIENCE_MS) throw new Error(`${sessions} sessions are not in Redis in time`);
      await pause(100);
    }
  }

  /** Resident memory of the service's process, in MiB. */
  memoryMib(): number {
    const kib = execFileSync('ps', ['-o', 'rss=', '-p', String(this.service.pid)], { encoding: 'utf8' });
    return Number(kib) / 1_024;
  }

  async isReady(): Promise<boolean> {
    return (await fetch(`${this.service.adminUrl}/health/ready`)).ok;
  }

  async stop(): Promise<void> {
    for (const sap1 of this.sap1s) sap1.close();
    for (const service of [this.service, ...this.others]) await service.terminate();
    await this.ledger.close();
    await this.redis.quit();
    for (const store of Object.values(this.stores)) await store.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

function seedFile(
  folder: string,
  { users, callbackUrls }: Required<Pick<BenchOptions, 'users' | 'callbackUrls'>>,
  adminToken: string,
): string {
  const file = join(mkdtempSync(join(folder, 'seed-')), 'seed.json');
  const agreements = [STEADY, CROWDED].map(({ serviceID, secret }) => ({
    serviceID,
    sharedSecret: secret,
    domains: ['provider.example'],
    allowPasswordOverHttp: true,
    callbackUrl: callbackUrls[serviceID] ?? NOBODY_LISTENS,
  }));
  const domains = [{ name: 'provider.example' }];
  const administrators = [{ name: 'bench', token: adminToken }];
  writeFileSync(file, JSON.stringify({ domains, agreements, users, administrators }));
  return file;
}
