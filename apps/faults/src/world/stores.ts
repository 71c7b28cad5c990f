import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedStore, startEmbeddedPostgres, startEmbeddedRedis } from '@sap2/embedded-stores';
import { Redis } from 'ioredis';
import { Client } from 'pg';

const quiet = (): void => undefined;

/** A PostgreSQL and a Redis that belong to the suite alone, to be stopped, killed and emptied. */
export class Stores {
  private constructor(
    readonly folder: string,
    private postgres: EmbeddedStore,
    private redis: EmbeddedStore,
  ) {}

  static async start(): Promise<Stores> {
    const folder = await mkdtemp(join(tmpdir(), 'sap2-faults-'));
    // PostgreSQL does not run as root; whatever user it runs as has to get through to its data.
    await chmod(folder, 0o711);
    const dataDir = join(folder, 'data');
    const postgres = await startEmbeddedPostgres({ dataDir, say: quiet });
    const redis = await startEmbeddedRedis({ dataDir, say: quiet, appendFsync: 'everysec' });
    return new Stores(folder, postgres, redis);
  }

  get redisUrl(): string {
    return this.redis.url;
  }

  /** An empty database of its own, and an empty Redis. @returns the URL of the database */
  async fresh(name: string): Promise<string> {
    const client = new Client({ connectionString: this.postgres.url });
    await client.connect();
    await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${name}`);
    await client.end();
    await this.emptyRedis();
    return this.databaseUrl(name);
  }

  databaseUrl(name: string): string {
    return this.postgres.url.replace(/\/\w+$/u, `/${name}`);
  }

  async emptyRedis(): Promise<void> {
    const client = new Redis(this.redis.url);
    await client.flushall();
    client.disconnect();
  }

  async stopRedis(): Promise<void> {
    await this.redis.stop();
  }

  /** As a power failure would end it; what it wrote to its log is there when it starts again. */
  async killRedis(): Promise<void> {
    process.kill(this.redis.pid, 'SIGKILL');
    await this.redis.stop();
  }

  async startRedis(): Promise<void> {
    const dataDir = join(this.folder, 'data');
    this.redis = await startEmbeddedRedis({ dataDir, say: quiet, appendFsync: 'everysec' });
  }

  /** Frozen, connections and all: it accepts and never answers. @returns the way to thaw it */
  freezeRedis(): () => void {
    return freeze([this.redis.pid]);
  }

  /** The same, with the process of each connection. */
  async freezePostgres(): Promise<() => void> {
    const client = new Client({ connectionString: this.postgres.url });
    await client.connect();
    const { rows } = await client.query<{ pid: number }>(
      'SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()',
    );
    await client.end();
    return freeze([this.postgres.pid, ...rows.map(({ pid }) => pid)]);
  }

  async stopPostgres(): Promise<void> {
    await this.postgres.stop();
  }

  async startPostgres(): Promise<void> {
    this.postgres = await startEmbeddedPostgres({ dataDir: join(this.folder, 'data'), say: quiet });
  }

  async stop(): Promise<void> {
    await this.redis.stop();
    await this.postgres.stop();
    // Where PostgreSQL's user cannot reach the folder, the data lies elsewhere, and this file says where.
    const elsewhere = join(this.folder, 'data', 'postgres.location');
    if (existsSync(elsewhere)) {
      await rm((await readFile(elsewhere, 'utf8')).trim(), { recursive: true, force: true });
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The first one first: what is frozen makes no more children. One that has ended meanwhile is left out. */
function freeze(pids: readonly number[]): () => void {
  const signal = (name: NodeJS.Signals): void => {
    for (const pid of pids) {
      try {
        process.kill(pid, name);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    }
  };
  signal('SIGSTOP');
  return () => signal('SIGCONT');
}
