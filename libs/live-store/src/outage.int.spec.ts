import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ALICE, aSession, OPERATOR, startTestRedis, type TestServer } from '@sap2/test-support';
import { shardOf, type UserSession } from '@sap2/session-core';
import { loseEverything, optionsFor, rebuildFromNothing } from './live-store.fixture.js';
import { connectLiveStore, type LiveStore } from './live-store.js';
import { RedisConnection } from './redis-connection.js';
import { SHARDS } from './shards.js';

const THE_PEER = { peer: OPERATOR, account: undefined, clientKey: undefined };
const ALICES_SHARD = shardOf(ALICE);
const LEASE_MS = 30_000;
const LIFE_S = 600;

let server: TestServer;
let redis: RedisConnection;
let here: LiveStore;
let there: LiveStore;

beforeAll(async () => {
  server = await startTestRedis();
  const options = optionsFor({ kind: 'single', url: server.url });
  redis = await RedisConnection.open(options);
  [here, there] = await Promise.all([connectLiveStore(options), connectLiveStore(options)]);
});
afterAll(async () => {
  await Promise.all([here.close(), there.close(), redis.close()]);
  await server.stop();
});
beforeEach(async () => {
  await loseEverything(redis);
  await rebuildFromNothing(here);
  await here.sessions.pulse(true);
});

const addEverywhere = (field: string, s: number): Promise<unknown> =>
  redis.ask((client) => Promise.all(SHARDS.map(({ mark }) => client.hincrby(mark, field, s * 1000))));
/** Served all the time. */
const letPass = (s: number): Promise<unknown> => addEverywhere('outageMs', -s);
/** As if so many seconds ago the last peer had been served. */
async function letPassInSilence(s: number): Promise<void> {
  await letPass(s);
  await addEverywhere('beatMs', -s);
}

const due = async (): Promise<number> => (await here.sessions.claimDue(ALICES_SHARD, 10, LEASE_MS)).length;
const renew = async ({ id }: UserSession): Promise<unknown> =>
  (await here.sessions.renew([{ id, keepAliveTimeS: undefined }], THE_PEER, undefined))[0]?.kind;

async function aSessionWithLeft(s: number): Promise<UserSession> {
  const session = aSession({ keepAliveTimeS: LIFE_S });
  await here.sessions.put(session);
  await letPass(LIFE_S - s);
  return session;
}

describe('F5: an outage', () => {
  it('lets nothing expire, not even before anybody noticed that it is over', async () => {
    const session = await aSessionWithLeft(20);
    await letPassInSilence(3600);
    expect(await due()).toBe(0);
    expect(await here.sessions.lagMs()).toBe(0);
    expect(await renew(session)).toBe('renewed');
  });

  it('is added to the deadlines once, however many processes return from it', async () => {
    await aSessionWithLeft(20);
    await letPassInSilence(3600);
    await Promise.all([here, there, here, there].map(({ sessions }) => sessions.pulse(true)));
    await letPass(10);
    expect(await due()).toBe(0);
    // The outage also has the real time from the last beat to the birth of the session.
    await letPass(15);
    expect(await due()).toBe(1);
  });

  it('gives who renews during it a full keep-alive time after it', async () => {
    const session = await aSessionWithLeft(20);
    await letPassInSilence(3600);
    await renew(session);
    await here.sessions.pulse(true);
    await letPass(LIFE_S - 10);
    expect(await due()).toBe(0);
    await letPass(11);
    expect(await due()).toBe(1);
  });

  it('still ends what was due before it', async () => {
    await aSessionWithLeft(-1);
    await letPassInSilence(3600);
    expect(await due()).toBe(1);
  });

  it('is not what passes between two beats', async () => {
    await aSessionWithLeft(1);
    await letPassInSilence(2);
    await here.sessions.pulse(true);
    await letPass(2);
    expect(await due()).toBe(1);
  });

  it("is also a step of the server's clock, in either direction", async () => {
    for (const stepS of [3600, -3600]) {
      const session = await aSessionWithLeft(20);
      await letPassInSilence(stepS);
      await here.sessions.pulse(true);
      expect(await due()).toBe(0);
      await letPass(21);
      expect(await due()).toBe(1);
      await here.ends.remove([{ ...session, cause: 'expired' }]);
    }
  });

  it('does not make a lost shard whole', async () => {
    await loseEverything(redis);
    await here.sessions.pulse(true);
    expect(await here.sessions.lostShards()).toHaveLength(SHARDS.length);
  });
});

describe('the servers behind the shards', () => {
  it('F3: are others after a restart, and each new connection is reported', async () => {
    const before = await here.sessions.servers();
    expect(await there.sessions.servers()).toBe(before);
    const connected = new Promise<void>((resolve) => here.sessions.onConnection(resolve));
    await server.kill();
    await server.start();
    await connected;
    expect(await here.sessions.servers()).not.toBe(before);
    await redisBack();
  });
});

/** The other connections of this file, for the tests to come. */
async function redisBack(): Promise<void> {
  const isBack = async (): Promise<boolean> =>
    (await Promise.allSettled([there.ping(), redis.ask((client) => client.ping())])).every(
      ({ status }) => status === 'fulfilled',
    );
  while (!(await isBack())) await new Promise((resolve) => setTimeout(resolve, 10));
}
