import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LiveStoreUnavailableError } from '@sap2/session-core';
import { ALICE, aSession, OPERATOR, startTestRedis, type TestServer } from '@sap2/test-support';
import { setTimeout as pause } from 'node:timers/promises';
import { inspect } from 'node:util';
import { Redis } from 'ioredis';
import { optionsFor, rebuildFromNothing } from './live-store.fixture.js';
import { connectLiveStore, type LiveStore, type LiveStoreOptions } from './live-store.js';
import { RedisConnection } from './redis-connection.js';
import { script } from './script.js';
import { UnsuitableRedisError } from './server-check.js';

const THE_PEER = { peer: OPERATOR, account: undefined, clientKey: undefined };
const COMMAND_TIMEOUT_MS = 300;
const unavailable = expect.any(LiveStoreUnavailableError);

let server: TestServer;
let operator: Redis;
let store: LiveStore;
const suffered: Error[] = [];
const notSubscribed: Error[] = [];
const optionsHere = (special: Partial<LiveStoreOptions> = {}): LiveStoreOptions =>
  optionsFor(
    { kind: 'single', url: server.url },
    {
      commandTimeoutMs: COMMAND_TIMEOUT_MS,
      onConnectionError: (error) => suffered.push(error),
      onSubscriptionFailed: (error) => notSubscribed.push(error),
      ...special,
    },
  );

beforeEach(async () => {
  suffered.length = 0;
  notSubscribed.length = 0;
  // What a killed server has answered, it holds: else a busy disk may keep its last writes from it.
  server = await startTestRedis({ appendFsync: 'always' });
  operator = new Redis(server.url, { disconnectTimeout: 0 });
  operator.on('error', () => undefined);
  store = await connectLiveStore(optionsHere());
  await rebuildFromNothing(store);
});
afterEach(async () => {
  await store.close();
  operator.disconnect();
  await server.stop();
});

/** Each port once, through scripts and plain commands. */
const askAround = (): Promise<unknown>[] => [
  store.sessions.look(aSession().id, THE_PEER),
  store.sessions.lostShards(),
  store.sessions.count(),
  store.nonces.keep('n', { peer: OPERATOR, account: ALICE, clientKey: '', schema: 'SHA' }),
  store.loginAttempts.begin({ peer: OPERATOR, account: ALICE, clientKey: '', transactionID: 't' }),
  store.syncParts.add({ peer: OPERATOR, syncID: 's', sapEpoch: 'n:1', part: 1, parts: 2, listed: [] }),
  store.sspSessions.latestOf(OPERATOR),
  store.setups.begun(OPERATOR, 't', '192.0.2.1'),
  store.transactions.claim({ peer: OPERATOR, transactionID: 't' }, 'h', 1000),
  store.ping(),
];

async function until(isServed: boolean): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    const [ping] = await Promise.allSettled([store.ping()]);
    if ((ping.status === 'fulfilled') === isServed) return;
    await pause(10);
  }
  throw new Error(`Redis is ${isServed ? 'not served' : 'still served'}`);
}

describe('Redis', () => {
  it('F3: killed, is unavailable at once; back, it serves what it held', async () => {
    const session = aSession();
    await store.sessions.put(session);
    await server.kill();
    await until(false);
    for (const answer of await Promise.allSettled(askAround())) {
      expect(answer).toEqual({ status: 'rejected', reason: unavailable });
      // Not after the time of a command.
      expect(inspect(answer)).not.toMatch(/timed out/u);
    }
    const wasRefused = (): boolean => suffered.some(({ message }) => message.includes('ECONNREFUSED'));
    while (!wasRefused()) await pause(10);
    await server.start();
    await until(true);
    expect(await store.sessions.look(session.id, THE_PEER)).toMatchObject({ kind: 'renewed' });
  });

  it('frozen, is unavailable after the command time-out; thawed, it serves again', async () => {
    server.freeze();
    for (const answer of await Promise.allSettled(askAround())) {
      expect(answer).toEqual({ status: 'rejected', reason: unavailable });
    }
    server.thaw();
    await until(true);
  });

  it('full, refuses writes as unavailable, and health sees it', async () => {
    await operator.config('SET', 'maxmemory', '1');
    await expect(store.ping()).rejects.toEqual(unavailable);
    await expect(store.sessions.put(aSession())).rejects.toEqual(unavailable);
    await operator.config('SET', 'maxmemory', '0');
    await store.ping();
  });

  it('turned into a read-only replica, is unavailable and left for a new connection', async () => {
    const master = await startTestRedis();
    const { port, password } = new URL(master.url);
    await operator.config('SET', 'masterauth', password);
    await operator.replicaof('127.0.0.1', port);
    await expect(store.ping()).rejects.toEqual(unavailable);
    await operator.replicaof('NO', 'ONE');
    await until(true);
    await master.stop();
  });

  it('does not hide a defect of ours as an outage', async () => {
    const redis = await RedisConnection.open(optionsHere());
    const wrongType = redis.ask(async (client) => {
      await client.set('a string', '1');
      return client.hgetall('a string');
    });
    await expect(wrongType).rejects.toThrow('WRONGTYPE');
    await expect(wrongType).rejects.not.toEqual(unavailable);
    const misread = script('keep-nonce.lua', () => {
      throw new TypeError('misread');
    });
    await expect(redis.run(misread, ['sap2:nonce:x'], ['b', 's', 100])).rejects.toThrow(TypeError);
    await redis.close();
  });
});

describe('a channel', () => {
  const changes: string[] = [];
  const isHeard = async (change: string): Promise<boolean> => {
    for (let tries = 0; tries < 500 && !changes.includes(change); tries += 1) {
      await operator.publish('sap2:ssp-session-changes', change);
      await pause(10);
    }
    return changes.includes(change);
  };
  const refusals = async (wanted: number): Promise<string[]> => {
    for (let tries = 0; notSubscribed.length < wanted && tries < 500; tries += 1) await pause(10);
    return notSubscribed.map(({ message }) => message);
  };
  const noPermission = expect.stringMatching(/^NOPERM/u);
  const reconnect = () => operator.call('CLIENT', 'KILL', 'TYPE', 'NORMAL', 'SKIPME', 'YES');

  it('that the server refuses is reported, and heard over the next connection if the server then allows it', async () => {
    await operator.acl('SETUSER', 'default', 'resetchannels');
    store.sspSessions.onChange((id) => changes.push(id));
    expect(await refusals(1)).toEqual([noPermission]);
    await reconnect();
    expect(await refusals(2)).toEqual([noPermission, noPermission]);
    await operator.acl('SETUSER', 'default', 'allchannels');
    await reconnect();
    expect(await isHeard('a')).toBe(true);
  });

  it('that the server refuses later is reported, too', async () => {
    store.sspSessions.onChange((id) => changes.push(id));
    expect(await isHeard('b')).toBe(true);
    // The server ends the connections of subscribers that lost the right.
    await operator.acl('SETUSER', 'default', 'resetchannels');
    expect(await refusals(1)).toEqual([noPermission]);
  });

  it('is no failure for a store that is closed at once', async () => {
    const second = await connectLiveStore(optionsHere());
    second.sspSessions.onChange((id) => changes.push(id));
    await second.close();
    await pause(50);
    expect(notSubscribed).toEqual([]);
  });
});

describe('connecting', () => {
  it('refuses a server that may evict keys, and says what to do', async () => {
    await operator.config('SET', 'maxmemory-policy', 'allkeys-lru');
    const refused = connectLiveStore(optionsHere());
    await expect(refused).rejects.toBeInstanceOf(UnsuitableRedisError);
    await expect(refused).rejects.toThrow(/allkeys-lru.*CONFIG SET maxmemory-policy noeviction/u);
  });

  it('tells an unreachable server from a wrong password', async () => {
    const wrong = new URL(server.url);
    wrong.password = 'wrong';
    const withWrongPassword = connectLiveStore(optionsHere({ redis: { kind: 'single', url: wrong.href } }));
    await expect(withWrongPassword).rejects.toThrow(/WRONGPASS/u);
    const nobody = { host: '127.0.0.1', port: 9 };
    const addresses = [
      { kind: 'single', url: `redis://${nobody.host}:${nobody.port}` } as const,
      { kind: 'cluster', nodes: [nobody], tls: false, username: 'u', password: 'p' } as const,
    ];
    for (const redis of addresses) {
      await expect(connectLiveStore(optionsHere({ redis }))).rejects.toEqual(unavailable);
    }
  });

  it('ends, also when it is ended twice or while Redis is away', async () => {
    const second = await connectLiveStore(optionsHere());
    await second.close();
    await second.close();
    await expect(second.ping()).rejects.toEqual(unavailable);
    const third = await connectLiveStore(optionsHere());
    await server.kill();
    await third.close();
    await server.start();
    await until(true);
    await expect(third.ping()).rejects.toEqual(unavailable);
  });
});
