import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  startEmbeddedPostgres,
  startEmbeddedRedis,
  type EmbeddedPostgresOptions,
  type EmbeddedStore,
} from '@sap2/embedded-stores';
import { spawnTypeScript, testFolder } from '@sap2/test-support';
import { Redis } from 'ioredis';
import { Client } from 'pg';

const HOLD_STORES = new URL('../../../tests/support/servers/hold-stores.process.ts', import.meta.url);

let folder = '';
let dataDir = '';
let said: string[] = [];
const started: EmbeddedStore[] = [];

beforeEach(() => {
  folder = testFolder();
  dataDir = join(folder, '.sap2');
  said = [];
});

afterEach(async () => {
  await Promise.all(started.splice(0).map((store) => store.stop()));
  rmSync(folder, { recursive: true, maxRetries: 5, retryDelay: 50 });
});

async function postgres(more: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedStore> {
  const say = (line: string) => said.push(line);
  const store = await startEmbeddedPostgres({ dataDir, say, durable: false, ...more });
  started.push(store);
  return store;
}

async function redis(dir = dataDir): Promise<EmbeddedStore> {
  const store = await startEmbeddedRedis({ dataDir: dir, say: (line) => said.push(line) });
  started.push(store);
  return store;
}

async function sql(url: string, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

async function withRedis<T>(url: string, work: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url, { disconnectTimeout: 0, retryStrategy: () => null });
  client.on('error', () => undefined);
  try {
    return await work(client);
  } finally {
    client.disconnect();
  }
}

/** Both stores in another process, which is then killed with -9. They keep running. */
async function leaveBehind(): Promise<{ postgres: EmbeddedStore; redis: EmbeddedStore }> {
  const holder = spawnTypeScript(HOLD_STORES, [dataDir]);
  const gone = once(holder, 'exit');
  const [line] = (await Promise.race([once(holder.stdout, 'data'), gone])) as [Buffer];
  holder.kill('SIGKILL');
  await gone;
  return JSON.parse(String(line));
}

describe('the embedded PostgreSQL', () => {
  it('keeps its data and its address from one run to the next', async () => {
    const first = await postgres();
    await sql(first.url, `CREATE TABLE kept AS SELECT 'ü' AS letter`);
    await first.stop();
    const second = await postgres();
    expect(second.url).toBe(first.url);
    expect(await sql(second.url, 'SELECT letter FROM kept')).toEqual([{ letter: 'ü' }]);
    expect(said[0]).toMatch(/^PostgreSQL: found \d+\.\d+ in \//u);
  });

  it('listens on the loopback only, and opens to its password only', async () => {
    const { url } = await postgres();
    const settings = `SELECT current_setting('listen_addresses') AS address, current_setting('unix_socket_directories') AS socket`;
    expect(await sql(url, settings)).toEqual([{ address: '127.0.0.1', socket: '' }]);
    const guess = new URL(url);
    guess.password = 'guess';
    await expect(sql(guess.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
    expect(statSync(join(dataDir, 'postgres.password')).mode & 0o777).toBe(0o600);
    expect(new URL(url).password.length).toBeGreaterThan(30);
  });

  it('is durable by default', async () => {
    const { url } = await postgres({ durable: true });
    expect(await sql(url, 'SHOW fsync')).toEqual([{ fsync: 'on' }]);
  });

  it('starts below a folder that only its owner may pass', async () => {
    chmodSync(folder, 0o700);
    const { url, dir } = await postgres();
    expect(await sql(url, 'SELECT 7 AS n')).toEqual([{ n: 7 }]);
    expect(dir).toBe(join(dataDir, 'postgres'));
  });

  it('starts although the number in its old note went to another program', async () => {
    await (await postgres()).stop();
    writeFileSync(join(dataDir, 'postgres', 'postmaster.pid'), `${process.pid}\n${dataDir}\n`);
    expect(await sql((await postgres()).url, 'SELECT 7 AS n')).toEqual([{ n: 7 }]);
  });

  it('is not started on a copy made while the original runs: a person has to say that it is a copy', async () => {
    const original = await postgres();
    cpSync(dataDir, join(folder, 'copy'), { recursive: true });
    await expect(postgres({ dataDir: join(folder, 'copy') })).rejects.toThrow(
      new RegExp(`postmaster.pid names process ${original.pid} .*remove that file`, 'u'),
    );
  });

  it('does not open the data of another major version', async () => {
    mkdirSync(join(dataDir, 'postgres'), { recursive: true });
    writeFileSync(join(dataDir, 'postgres', 'PG_VERSION'), '9\n');
    writeFileSync(join(dataDir, 'postgres.password'), 'x');
    await expect(postgres()).rejects.toThrow(/is of version 9, and only [\d, ]+ is here/u);
  });

  it('leaves nothing half when a first start is given up', async () => {
    await expect(postgres({ signal: AbortSignal.timeout(300) })).rejects.toThrow(/abort|timeout/iu);
    expect(readdirSync(dataDir)).not.toContain('postgres');
    expect(await sql((await postgres()).url, 'SELECT 7 AS n')).toEqual([{ n: 7 }]);
    expect(readdirSync(dataDir).filter((name) => name.startsWith('postgres.new'))).toEqual([]);
  });
});

describe('the embedded Redis', () => {
  it('keeps its data and its address from one run to the next', async () => {
    const first = await redis();
    await withRedis(first.url, (client) => client.set('kept', 'ü'));
    await first.stop();
    const second = await redis();
    expect(second.url).toBe(first.url);
    expect(await withRedis(second.url, (client) => client.get('kept'))).toBe('ü');
  });

  it('writes everything down, evicts nothing, and opens to its password on the loopback only', async () => {
    const { url } = await redis();
    const setting = (name: string) => withRedis(url, async (client) => (await client.config('GET', name))[1]);
    expect(await setting('appendonly')).toBe('yes');
    expect(await setting('appendfsync')).toBe('everysec');
    expect(await setting('maxmemory-policy')).toBe('noeviction');
    expect(await setting('bind')).toBe('127.0.0.1');
    const { port } = new URL(url);
    await expect(withRedis(`redis://127.0.0.1:${port}`, (client) => client.get('kept'))).rejects.toThrow(
      'NOAUTH',
    );
    expect(statSync(join(dataDir, 'redis', 'redis.conf')).mode & 0o777).toBe(0o600);
  });

  it('starts with a log whose end was torn off', async () => {
    const first = await redis();
    await withRedis(first.url, (client) => client.set('kept', '7'));
    await first.stop();
    const log = readdirSync(join(dataDir, 'redis'), { recursive: true, encoding: 'utf8' }).find(
      (name) => name.endsWith('.incr.aof') || name.endsWith('appendonly.aof'),
    );
    appendFileSync(join(dataDir, 'redis', log ?? ''), '*3\r\n$3\r\nSET\r\n$4\r\nke');
    expect(await withRedis((await redis()).url, (client) => client.get('kept'))).toBe('7');
  });

  it('runs beside the original on a copy made while that runs', async () => {
    const original = await redis();
    cpSync(dataDir, join(folder, 'copy'), { recursive: true });
    const copy = await redis(join(folder, 'copy'));
    expect(copy.port).not.toBe(original.port);
    expect(copy.pid).not.toBe(original.pid);
  });
});

describe('stores whose service was killed with -9', () => {
  it('are found, used and stopped by the next start', async () => {
    const left = await leaveBehind();
    await sql(left.postgres.url, 'CREATE TABLE kept AS SELECT 7 AS n');
    const [sqlStore, redisStore] = [await postgres(), await redis()];
    expect([sqlStore.pid, redisStore.pid]).toEqual([left.postgres.pid, left.redis.pid]);
    expect([sqlStore.url, redisStore.url]).toEqual([left.postgres.url, left.redis.url]);
    expect(said).toEqual([
      `PostgreSQL: found running since an earlier start (pid ${sqlStore.pid}), taken over`,
      `Redis: found running since an earlier start (pid ${redisStore.pid}), taken over`,
    ]);
    await Promise.all([sqlStore.stop(), redisStore.stop()]);
    await expect(sql(left.postgres.url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
    expect(await sql((await postgres()).url, 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
  });

  it('are replaced when they hang, with what they had written', async () => {
    const left = await leaveBehind();
    await sql(left.postgres.url, 'CREATE TABLE kept AS SELECT 7 AS n');
    await withRedis(left.redis.url, (client) => client.set('kept', '7'));
    process.kill(left.postgres.pid, 'SIGSTOP');
    process.kill(left.redis.pid, 'SIGSTOP');
    const [sqlStore, redisStore] = await Promise.all([postgres(), redis()]);
    expect(await sql(sqlStore.url, 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
    expect(await withRedis(redisStore.url, (client) => client.get('kept'))).toBe('7');
    expect(said).toContain(`Redis: process ${left.redis.pid} of an earlier start does not answer, killed`);
  });

  it('are started again when they were killed too', async () => {
    const left = await leaveBehind();
    await sql(left.postgres.url, 'CREATE TABLE kept AS SELECT 7 AS n');
    await withRedis(left.redis.url, (client) => client.set('kept', '7'));
    process.kill(left.postgres.pid, 'SIGKILL');
    process.kill(left.redis.pid, 'SIGKILL');
    const [sqlStore, redisStore] = await Promise.all([postgres(), redis()]);
    expect(await sql(sqlStore.url, 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
    expect(await withRedis(redisStore.url, (client) => client.get('kept'))).toBe('7');
  });
});
