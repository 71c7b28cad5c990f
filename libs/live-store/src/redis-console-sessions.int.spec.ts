import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestRedis, type TestServer, until } from '@sap2/test-support';
import { consoleSessionKey } from './keys.js';
import { optionsFor } from './live-store.fixture.js';
import { connectLiveStore, type LiveStore } from './live-store.js';
import { RedisConnection } from './redis-connection.js';

let server: TestServer;
let store: LiveStore;
let redis: RedisConnection;
beforeAll(async () => {
  server = await startTestRedis();
  const options = optionsFor({ kind: 'single', url: server.url });
  store = await connectLiveStore(options);
  redis = await RedisConnection.open(options);
});
afterAll(async () => {
  await redis.close();
  await store.close();
  await server.stop();
});

const leftMs = (id: string): Promise<number> => redis.ask((client) => client.pttl(consoleSessionKey(id)));
const HOUR = { idleMs: 3_600_000, lifeMs: 36_000_000 };

describe('a session of the console in Redis', () => {
  it('is known by its credential until it ends', async () => {
    await store.consoleSessions.open('one', 'credential', HOUR);
    await expect(store.consoleSessions.credentialOf('one', true)).resolves.toBe('credential');
    await store.consoleSessions.end('one');
    await expect(store.consoleSessions.credentialOf('one', true)).resolves.toBeUndefined();
  });

  it('is stored under a hash of its id', async () => {
    await store.consoleSessions.open('two', 'credential', HOUR);
    const keys = await redis.ask((client) => client.keys('*console*'));
    expect(keys.length).toBeGreaterThan(0);
    expect(keys.join()).not.toContain('two');
  });

  it('is prolonged by a use, and not by a look', async () => {
    await store.consoleSessions.open('three', 'credential', HOUR);
    await redis.ask((client) => client.pexpire(consoleSessionKey('three'), 60_000));
    await store.consoleSessions.credentialOf('three', false);
    expect(await leftMs('three')).toBeLessThanOrEqual(60_000);
    await store.consoleSessions.credentialOf('three', true);
    expect(await leftMs('three')).toBeGreaterThan(60_000);
  });

  it('lives no longer than its life, whatever the uses', async () => {
    await store.consoleSessions.open('four', 'credential', { idleMs: HOUR.idleMs, lifeMs: 60_000 });
    await store.consoleSessions.credentialOf('four', true);
    expect(await leftMs('four')).toBeLessThanOrEqual(60_000);
  });

  it('ends by itself after its idle time', async () => {
    await store.consoleSessions.open('five', 'credential', { ...HOUR, idleMs: 1 });
    await until('its end', async () => (await leftMs('five')) < 0);
    await expect(store.consoleSessions.credentialOf('five', false)).resolves.toBeUndefined();
  });
});
