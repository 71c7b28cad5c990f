import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { Redis } from 'ioredis';
import pg from 'pg';
import { createTestDatabase, startTestRedis } from '@sap2/test-support';
import { build, SERVICE, spawnBuilt } from '../../support/service/built-program.js';
import { TEST_ENVIRONMENT } from '../../support/service/service-under-test.js';

const NOWHERE = 'postgres://127.0.0.1:1/x';
const toStop: (() => Promise<unknown>)[] = [];
let [databaseUrl, redisUrl] = ['', ''];

beforeAll(async () => {
  await build();
  const [database, redis] = [await createTestDatabase(), await startTestRedis()];
  toStop.push(
    () => database.drop(),
    () => redis.stop(),
  );
  [databaseUrl, redisUrl] = [database.url, redis.url];
});
afterAll(async () => {
  for (const stop of toStop) await stop();
});

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The built service, until it ends by itself. */
async function start(changes: Readonly<Record<string, string>>, ...args: string[]): Promise<Ended> {
  const { PATH, HOME, TMPDIR } = process.env;
  const stores = { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl };
  const child = spawnBuilt(SERVICE, args, { PATH, HOME, TMPDIR, ...TEST_ENVIRONMENT, ...stores, ...changes });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const [[code], out, err] = await Promise.all([exited, text(child.stdout), text(child.stderr)]);
  return { code, out, err };
}

/** Why it did not start, as the log says it in one JSON line. */
async function reasonOf(changes: Readonly<Record<string, string>>): Promise<string> {
  const { code, out, err } = await start(changes);
  expect(code).toBe(1);
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly event: string; readonly detail: string });
  const { detail = '' } = lines.find(({ event }) => event === 'failed') ?? {};
  expect(err.trim().split('\n').at(-1)).toBe(`SAP 2 failed: ${detail}`);
  return detail;
}

describe('a service that does not start', () => {
  it('names the variable of a port that is taken, before it needs a store', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const port = String((taken.address() as AddressInfo).port);
    const detail = await reasonOf({ SAP2_SSP_PORT: port, DATABASE_URL: NOWHERE });
    expect(detail).toContain(`port ${port} of 127.0.0.1`);
    expect(detail).toContain('Set SAP2_SSP_PORT');
    taken.close();
  });

  it('names PostgreSQL, its address, the role and the variable', async () => {
    const detail = await reasonOf({ DATABASE_URL: 'postgres://desk:hidden@127.0.0.1:1/sessions' });
    expect(detail).toMatch(/^PostgreSQL is not available: ECONNREFUSED/);
    expect(detail).toContain('(127.0.0.1:1/sessions, role "desk", by DATABASE_URL)');
    expect(detail).not.toContain('hidden');
  });

  it('says which grant a role of PostgreSQL 15 lacks', async () => {
    const owner = new pg.Client({ connectionString: databaseUrl });
    await owner.connect();
    await owner.query(`DROP ROLE IF EXISTS desk_without_schema`);
    await owner.query(`CREATE ROLE desk_without_schema LOGIN PASSWORD 'hidden'`);
    const url = new URL(databaseUrl);
    [url.username, url.password] = ['desk_without_schema', 'hidden'];
    const detail = await reasonOf({ DATABASE_URL: url.href });
    await owner.query('DROP ROLE desk_without_schema');
    await owner.end();
    expect(detail).toContain('GRANT USAGE, CREATE ON SCHEMA public TO "desk_without_schema"');
  });

  it('says that PostgreSQL has no TLS, without lines of Node about the mode', async () => {
    const { err } = await start({ DATABASE_URL: `${databaseUrl}?sslmode=require` });
    expect(err).toMatch(/does not support SSL[^\n]*by DATABASE_URL[^\n]*leave sslmode out/);
    expect(err).not.toMatch(/SECURITY WARNING/);
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  it('says of which Redis the password is missing or wrong', async () => {
    const guarded = await startTestRedis();
    const client = new Redis(guarded.url);
    await client.call('CONFIG', 'SET', 'requirepass', 'hidden');
    const { host } = new URL(guarded.url);
    const missing = await reasonOf({ REDIS_URL: `redis://${host}` });
    const wrong = await reasonOf({ REDIS_URL: `redis://:guessed@${host}` });
    await client.call('CONFIG', 'SET', 'requirepass', '');
    await client.quit();
    await guarded.stop();
    expect(missing).toContain(`(${host}, by REDIS_URL). The address must hold the password`);
    expect(wrong).toContain(`(${host}, by REDIS_URL). User or password`);
    expect(wrong).not.toContain('guessed');
  });

  it('says that Redis has no TLS', async () => {
    const detail = await reasonOf({ REDIS_URL: redisUrl.replace('redis:', 'rediss:') });
    expect(detail).toContain('by REDIS_URL). Is it started? One side may also speak TLS');
  });

  it('says each fault of its configuration in the log too', async () => {
    const { code, out } = await start({ SAP2_SSP_PORT: 'seven' });
    expect(code).toBe(78);
    expect(JSON.parse(out)).toMatchObject({
      event: 'configuration_refused',
      detail: expect.stringContaining('SAP2_SSP_PORT'),
    });
  });
});

describe('the arguments of the service', () => {
  it.each([
    ['--help', 0, /Usage: npm start/],
    ['--version', 0, /^\d+\.\d+\.\d+\n$/],
  ])('%s is answered, and nothing starts', async (argument, code, answer) => {
    const ended = await start({ DATABASE_URL: NOWHERE }, argument);
    expect(ended).toMatchObject({ code, err: '' });
    expect(ended.out).toMatch(answer);
  });
});
