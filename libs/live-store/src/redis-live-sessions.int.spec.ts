import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  clientKeyOf,
  LiveStoreUnavailableError,
  SHARD_COUNT,
  shardOf,
  shardOfSession,
  type UserSession,
} from '@sap2/session-core';
import {
  accountNamed,
  ALICE,
  aSession,
  OPERATOR,
  PHONE,
  SeededRandomness,
  startTestRedis,
  TABLET,
  type TestServer,
  SESSION_TERMS,
} from '@sap2/test-support';
import { Redis } from 'ioredis';
import { loseEverything, optionsFor, rebuildFromNothing } from './live-store.fixture.js';
import { connectLiveStore, type LiveStore } from './live-store.js';
import { RedisConnection } from './redis-connection.js';
import { SHARDS } from './shards.js';

const THE_PEER = { peer: OPERATOR, account: undefined, clientKey: undefined };
const LEASE_MS = 30_000;
const ALICES_SHARD = shardOf(ALICE);
const GRACE_S = 60;

let server: TestServer;
let redis: RedisConnection;
/** Two processes. */
let here: LiveStore;
let there: LiveStore;

const options = (seed = 1) =>
  optionsFor(
    { kind: 'single', url: server.url },
    { graceS: GRACE_S, randomness: new SeededRandomness(seed) },
  );
beforeAll(async () => {
  server = await startTestRedis();
  redis = await RedisConnection.open(options());
  [here, there] = await Promise.all([connectLiveStore(options(1)), connectLiveStore(options(2))]);
});
afterAll(async () => {
  await Promise.all([here.close(), there.close(), redis.close()]);
  await server.stop();
});
beforeEach(async () => {
  await loseEverything(redis);
  await rebuildFromNothing(here);
});

const crowd = (count: number): UserSession[] =>
  Array.from({ length: count }, (_, i) => aSession({ account: accountNamed(`user-${i}`) }));
const renewalsOf = (sessions: readonly UserSession[]) =>
  sessions.map(({ id }) => ({ id, keepAliveTimeS: undefined }));
/** Moves every deadline this much nearer. */
const hasten = (s: number): Promise<unknown> =>
  redis.ask((client) => Promise.all(SHARDS.map(({ mark }) => client.hincrby(mark, 'outageMs', -s * 1000))));

/** Names of the commands that clients sent meanwhile; what scripts do inside the server does not count. */
async function commandsDuring(work: () => Promise<unknown>): Promise<string[]> {
  const operator = new Redis(server.url, { disconnectTimeout: 0 });
  const monitor = await operator.monitor();
  const seen: string[] = [];
  const END = 'end of the work';
  const ended = new Promise<void>((resolve) => {
    monitor.on('monitor', (_time: string, args: readonly string[], source: string) => {
      if (args[1] === END) resolve();
      else if (source !== 'lua') seen.push((args[0] ?? '').toLowerCase());
    });
  });
  await work();
  await redis.ask((client) => client.echo(END));
  await ended;
  monitor.disconnect();
  operator.disconnect();
  return seen;
}

describe('a batch of 1000 keep-alives', () => {
  it('costs one script call per shard, and nothing else', async () => {
    const sessions = crowd(1000);
    expect(new Set(sessions.map(({ id }) => shardOfSession(id))).size).toBe(SHARD_COUNT);
    await here.sessions.restore(sessions, 0);
    await here.sessions.renew(renewalsOf(sessions.slice(0, 1)), THE_PEER, undefined);
    const commands = await commandsDuring(async () => {
      const outcomes = await here.sessions.renew(renewalsOf(sessions), THE_PEER, 'node:1');
      expect(outcomes.every(({ kind }) => kind === 'renewed')).toBe(true);
    });
    expect(commands).toEqual(Array.from({ length: SHARD_COUNT }, () => 'evalsha'));
  });

  it('of one user costs one script call', async () => {
    const sessions = Array.from({ length: 1000 }, () => aSession());
    await here.sessions.restore(sessions, 0);
    await here.sessions.renew(renewalsOf(sessions.slice(0, 1)), THE_PEER, undefined);
    const commands = await commandsDuring(() =>
      here.sessions.renew(renewalsOf(sessions), THE_PEER, undefined),
    );
    expect(commands).toEqual(['evalsha']);
  });

  it('is served by a server that has forgotten all scripts', async () => {
    const sessions = crowd(100);
    await here.sessions.restore(sessions, 0);
    await redis.ask((client) => client.script('FLUSH'));
    const outcomes = await here.sessions.renew(renewalsOf(sessions), THE_PEER, undefined);
    expect(outcomes.filter(({ kind }) => kind === 'renewed')).toHaveLength(100);
  });
});

describe('an emptied Redis', () => {
  it('F4: answers to no peer that a session is unknown, until the shard is rebuilt', async () => {
    const session = aSession();
    await here.sessions.put(session);
    await loseEverything(redis);
    const attempts = [
      () => here.sessions.renew(renewalsOf([session]), THE_PEER, undefined),
      () => here.sessions.put(session),
      () => here.sessions.reserve(session.id),
      () => here.ends.remove([{ id: session.id, peer: OPERATOR, cause: 'logout' }]),
      () => here.sessions.claimDue(ALICES_SHARD, 10, LEASE_MS),
      () => here.sessions.claimOverdue([session.id], LEASE_MS),
      () => here.sessions.drift(ALICES_SHARD, 10),
      () => here.sessions.lagMs(),
      () =>
        here.sessions.claimLeftOut(
          [session.id],
          { peer: OPERATOR, idleSinceMs: 0, sapEpoch: 'n:1' },
          LEASE_MS,
        ),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toBeInstanceOf(LiveStoreUnavailableError);
    expect(await there.sessions.beginRebuild(ALICES_SHARD, LEASE_MS)).toBe(true);
    await there.sessions.restore([session], 0);
    await there.sessions.completeRebuild(ALICES_SHARD);
    expect(await here.sessions.look(session.id, THE_PEER)).toMatchObject({ kind: 'renewed' });
  });

  it('F4: emptied once more during its rebuild, is not taken for whole', async () => {
    await loseEverything(redis);
    await here.sessions.beginRebuild(ALICES_SHARD, LEASE_MS);
    await here.sessions.restore([aSession()], 0);
    await loseEverything(redis);
    await expect(here.sessions.completeRebuild(ALICES_SHARD)).rejects.toBeInstanceOf(
      LiveStoreUnavailableError,
    );
    await there.sessions.beginRebuild(ALICES_SHARD, LEASE_MS);
    await expect(here.sessions.completeRebuild(ALICES_SHARD)).rejects.toBeInstanceOf(
      LiveStoreUnavailableError,
    );
    await there.sessions.completeRebuild(ALICES_SHARD);
    await here.sessions.completeRebuild(ALICES_SHARD);
    expect(await here.sessions.beginRebuild(ALICES_SHARD, LEASE_MS)).toBe(false);
    expect(await here.sessions.lostShards()).toHaveLength(SHARD_COUNT - 1);
  });

  it('spreads the deadlines of what it puts back over the jitter', async () => {
    const sessions = Array.from({ length: 200 }, () => aSession({ keepAliveTimeS: 1000 }));
    await here.sessions.restore(sessions, 0.5);
    await hasten(1000 + GRACE_S);
    await expect(here.sessions.claimDue(ALICES_SHARD, 500, LEASE_MS)).resolves.toHaveLength(0);
    await hasten(250);
    const first = await here.sessions.claimDue(ALICES_SHARD, 500, LEASE_MS);
    expect(first.length).toBeGreaterThan(60);
    expect(first.length).toBeLessThan(140);
    await hasten(255);
    expect(
      (await here.sessions.claimDue(ALICES_SHARD, 500, LEASE_MS)).length + first.length,
    ).toBeGreaterThanOrEqual(200);
  });
});

describe('a deadline', () => {
  it('V3: includes the grace', async () => {
    const session = aSession({ keepAliveTimeS: 600 });
    await here.sessions.put(session);
    await hasten(600 + GRACE_S - 5);
    expect(await here.sessions.claimDue(ALICES_SHARD, 10, LEASE_MS)).toEqual([]);
    expect(await here.sessions.look(session.id, THE_PEER)).toMatchObject({ kind: 'renewed' });
    await hasten(6);
    expect(await here.sessions.look(session.id, THE_PEER)).toEqual({ kind: 'ended', cause: 'expired' });
    expect(await here.sessions.claimDue(ALICES_SHARD, 10, LEASE_MS)).toHaveLength(1);
  });

  it('V1: once past is final, also for a resume: its owner may know it already', async () => {
    const session = aSession({ keepAliveTimeS: 600 });
    await here.sessions.put(session);
    await hasten(600 + GRACE_S + 1);
    expect(await here.sessions.put(session)).toBe('ended');
    await here.sessions.claimDue(ALICES_SHARD, 10, LEASE_MS);
    expect(await here.sessions.put(session)).toBe('ended');
    expect(await here.sessions.restore([session], 0)).toEqual({ restored: 0 });
  });

  it('is claimed by one of many sweepers, and beaten by no renewal that came in time', async () => {
    const sessions = Array.from({ length: 300 }, () => aSession({ keepAliveTimeS: 600 }));
    await here.sessions.restore(sessions, 0);
    await hasten(600 + GRACE_S + 1);
    const sweeps = Array.from({ length: 10 }, (_, i) =>
      (i % 2 === 0 ? here : there).sessions.claimDue(ALICES_SHARD, 100, LEASE_MS),
    );
    const [outcomes, ...claims] = await Promise.all([
      there.sessions.renew(renewalsOf(sessions), THE_PEER, undefined),
      ...sweeps,
    ]);
    const ids = claims.flat().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(outcomes.every(({ kind }) => kind === 'ended')).toBe(true);
  });
});

describe('drift', () => {
  it('that comes between reading and settling is not lost, whatever process settles last', async () => {
    const session = aSession();
    await here.sessions.put(session);
    const renew = (keepAliveTimeS: number) =>
      here.sessions.renew([{ id: session.id, keepAliveTimeS }], THE_PEER, undefined);
    const drifted = () => there.sessions.drift(ALICES_SHARD, 10);
    await renew(90);
    const first = await drifted();
    expect(first.map((each) => each.keepAliveTimeS)).toEqual([90]);
    await renew(91);
    const second = await drifted();
    expect(second.map((each) => each.keepAliveTimeS)).toEqual([91]);
    expect(await here.sessions.settleDrift(second)).toEqual([]);
    expect(await drifted()).toEqual([]);
    // It wrote its 90 over the 91, and says so late: the 91 is to be recorded once more.
    expect(await there.sessions.settleDrift(first)).toEqual([session.id]);
    expect(await drifted()).toEqual(second);
  });

  it('is handed out in pages, until it is settled', async () => {
    const sessions = Array.from({ length: 5 }, () => aSession());
    await here.sessions.restore(sessions, 0);
    await here.sessions.renew(renewalsOf(sessions), THE_PEER, 'node:2');
    const first = await here.sessions.drift(ALICES_SHARD, 3);
    expect(first).toHaveLength(3);
    expect(first[0]).toMatchObject({ keepAliveTimeS: 3600, sapEpoch: 'node:2' });
    expect(await there.sessions.drift(ALICES_SHARD, 10)).toHaveLength(5);
    await there.sessions.settleDrift(first);
    expect(await there.sessions.drift(ALICES_SHARD, 3)).toHaveLength(2);
    expect(await there.sessions.settleDrift([])).toEqual([]);
  });
});

describe('the content of Redis', () => {
  it('V8: has no secret in a key, and of a handset only a hash', async () => {
    const session = aSession();
    await here.sessions.put(session);
    const binding = { peer: OPERATOR, account: ALICE, clientKey: clientKeyOf(PHONE), schema: 'SHA' as const };
    await here.nonces.keep('the nonce', binding);
    const attempt = {
      peer: OPERATOR,
      account: ALICE,
      clientKey: clientKeyOf(PHONE),
      transactionID: 'login 1',
    };
    await here.loginAttempts.begin(attempt);
    await here.loginAttempts.settle(attempt, 'wrong');
    await here.loginAttempts.settle(attempt, 'right');
    await here.sspSessions.add(
      { peer: OPERATOR, theirID: 'their id', ourID: 'our id', timeToLiveS: 60 },
      SESSION_TERMS,
    );
    await here.setups.begin(OPERATOR, 'set-up 1', '192.0.2.1', {
      theirToken: 'token a',
      ourToken: 'token b',
    });
    await here.transactions.claim({ peer: OPERATOR, transactionID: 'transaction 1' }, 'hash', 1000);
    const keys = await redis.ask((client) => client.keys('*'));
    expect(
      keys.filter((key) => /the nonce|alice|their id|our id|set-up 1|token|transaction 1$/u.test(key)),
    ).toEqual([]);
    const fields = await redis.ask((client) =>
      client.hvals(`sap2:{${session.id.slice(0, 2)}}:session:${session.id}`),
    );
    expect(fields.join()).not.toContain('phone-1@handset');
  });

  it('finds the session of each client by its hash', async () => {
    const session = aSession();
    await here.sessions.put(session);
    const as = (client: typeof PHONE) => ({ ...THE_PEER, account: ALICE, clientKey: clientKeyOf(client) });
    expect(await here.sessions.look(session.id, as(PHONE))).toMatchObject({ kind: 'renewed' });
    expect(await here.sessions.look(session.id, as(TABLET))).toEqual({ kind: 'mismatch' });
  });
});
