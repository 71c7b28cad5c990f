import { afterAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, startTestPostgres, startTestRedis, type TestServer } from '@sap2/test-support';
import { Redis } from 'ioredis';
import { Client } from 'pg';

const running: TestServer[] = [];
afterAll(() => Promise.all(running.map((server) => server.stop())));

async function ask(url: string, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 500, query_timeout: 500 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

async function withRedis<T>(url: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { commandTimeout: 500, disconnectTimeout: 0, retryStrategy: () => null });
  redis.on('error', () => undefined);
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}

describe('createTestDatabase', () => {
  it('gives each caller an empty database on one server', async () => {
    const [one, two] = await Promise.all([createTestDatabase(), createTestDatabase()]);
    await ask(one.url, 'CREATE TABLE only_here (n int)');
    await expect(ask(two.url, 'SELECT * FROM only_here')).rejects.toThrow('does not exist');
    expect(new URL(one.url).port).toBe(new URL(two.url).port);
    await Promise.all([one.drop(), two.drop()]);
    await expect(ask(one.url, 'SELECT 1')).rejects.toThrow('does not exist');
  });
});

describe('a test server', () => {
  it('PostgreSQL: killed, frozen, halted, and back at the same address with its data', async () => {
    const server = await startTestPostgres();
    running.push(server);
    const { url } = server;
    await ask(url, 'CREATE TABLE kept AS SELECT 7 AS n');
    await server.kill();
    await expect(ask(url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
    await server.start();
    server.freeze();
    await expect(ask(url, 'SELECT 1')).rejects.toThrow(/timeout/u);
    server.thaw();
    await server.halt();
    await server.start();
    expect(server.url).toBe(url);
    expect(await ask(url, 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
  });

  it('Redis: the same', async () => {
    const server = await startTestRedis();
    running.push(server);
    const { url } = server;
    await withRedis(url, (redis) => redis.set('kept', '7'));
    await server.kill();
    await expect(withRedis(url, (redis) => redis.ping())).rejects.toThrow('closed');
    await server.start();
    server.freeze();
    await expect(withRedis(url, (redis) => redis.ping())).rejects.toThrow(/timed out/u);
    server.thaw();
    await server.halt();
    await server.start();
    expect(server.url).toBe(url);
    expect(await withRedis(url, (redis) => redis.get('kept'))).toBe('7');
  });
});
