import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type Caller,
  END_CAUSES,
  SHARD_COUNT,
  shardOfSession,
  type UserSession,
  type UserSessionID,
} from '@sap2/session-core';
import {
  accountNamed,
  aSession,
  OPERATOR,
  OTHER_OPERATOR,
  SeededRandomness,
  startTestRedis,
  type TestServer,
} from '@sap2/test-support';
import { Redis } from 'ioredis';
import { optionsFor, rebuildFromNothing } from './live-store.fixture.js';
import { connectLiveStore, type LiveStore } from './live-store.js';
import { SessionModel } from './session-model.fixture.js';
import { SHARDS } from './shards.js';

const OPERATIONS = 10_000;
/**
 * Times are odd multiples of half a step, and the clock moves by whole steps. So the duration of the test changes
 * nothing.
 */
const STEP_S = 1000;
const GRACE_S = STEP_S / 2;
const LEASE_S = STEP_S / 2;
const ALL = 10_000;

let server: TestServer;
let store: LiveStore;
let operator: Redis;
beforeAll(async () => {
  server = await startTestRedis();
  const times = { graceS: GRACE_S, tombstoneS: 86_400 };
  store = await connectLiveStore(optionsFor({ kind: 'single', url: server.url }, times));
  await rebuildFromNothing(store);
  operator = new Redis(server.url, { disconnectTimeout: 0 });
});
afterAll(async () => {
  operator.disconnect();
  await store.close();
  await server.stop();
});

const dice = new SeededRandomness(42);
const upTo = (count: number): number => Math.floor(dice.fraction() * count);
const oneOf = <T>(values: readonly T[]): T => {
  const value = values[upTo(values.length)];
  if (value === undefined) throw new Error('nothing to choose from');
  return value;
};
const many = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

const model = new SessionModel(GRACE_S);
const born: UserSession[] = [];

function birth(): UserSession {
  const session = aSession({
    account: accountNamed(`user-${upTo(50)}`),
    peer: oneOf([OPERATOR, OTHER_OPERATOR]),
    keepAliveTimeS: STEP_S * (1 + upTo(5)),
    sapEpoch: upTo(3) === 0 ? undefined : oneOf(['first', 'second']),
  });
  born.push(session);
  return session;
}
/** Any session there ever was, rather one of the last. */
const someone = (): UserSession => oneOf(upTo(4) === 0 ? born : born.slice(-60));

const operations: readonly (() => Promise<void>)[] = [
  async function put() {
    const session = upTo(3) === 0 ? someone() : birth();
    expect(await store.sessions.put(session)).toBe(model.put(session));
  },
  async function restore() {
    const sessions = [...new Set([birth(), ...many(5, someone)])];
    expect(await store.sessions.restore(sessions, 0)).toEqual({ restored: model.restore(sessions) });
  },
  renew,
  renew,
  renew,
  async function look() {
    const { id } = someone();
    const caller = callerAt(oneOf([OPERATOR, OTHER_OPERATOR]));
    const expected = model.renew({ id, keepAliveTimeS: undefined }, caller.peer, false);
    expect(await store.sessions.look(id, caller)).toEqual(expected);
  },
  async function remove() {
    const ended = many(1 + upTo(3), someone).map(({ id, peer }) => ({ id, peer, cause: oneOf(END_CAUSES) }));
    for (const each of ended) model.remove(each);
    expect(await store.ends.remove(ended)).toEqual({ notHandedOver: [] });
  },
  async function claimDue() {
    const shard = upTo(SHARD_COUNT);
    const expected = model.claimDue((id) => shardOfSession(id) === shard, LEASE_S);
    const claimed = await store.sessions.claimDue(shard, ALL, LEASE_S * 1000);
    expect(new Map(claimed.map(({ id, cause }) => [id, cause]))).toEqual(expected);
  },
  async function claimOverdue() {
    const ids = [...new Set(many(4, () => someone().id))];
    const expected = model.claimOverdue(ids, LEASE_S);
    const claimed = await store.sessions.claimOverdue(ids, LEASE_S * 1000);
    expect(new Map(claimed.map(({ id, cause }) => [id, cause]))).toEqual(expected);
  },
  async function claimLeftOut() {
    const ids = [...new Set(many(4, () => someone().id))];
    const rule = { peer: OPERATOR, idleSinceMs: 0, sapEpoch: 'second' };
    const taken = await store.sessions.claimLeftOut(ids, rule, LEASE_S * 1000);
    expect(taken.toSorted()).toEqual(model.claimLeftOut(ids, OPERATOR, 'second', LEASE_S).toSorted());
  },
  async function passTime() {
    if (upTo(5) > 0) return;
    model.nowS += STEP_S;
    await Promise.all(SHARDS.map(({ mark }) => operator.hincrby(mark, 'outageMs', -STEP_S * 1000)));
  },
];

const callerAt = (peer: Caller['peer']): Caller => ({ peer, account: undefined, clientKey: undefined });

async function renew(): Promise<void> {
  const ids: UserSessionID[] = many(1 + upTo(20), () => someone().id);
  const renewals = ids.map((id) => ({
    id,
    keepAliveTimeS: upTo(2) === 0 ? undefined : STEP_S * (1 + upTo(5)),
  }));
  const caller = callerAt(oneOf([OPERATOR, OTHER_OPERATOR]));
  const expected = renewals.map((renewal) => model.renew(renewal, caller.peer, true));
  expect(await store.sessions.renew(renewals, caller, undefined)).toEqual(expected);
}

describe('live sessions', () => {
  it(`V7: after each of ${OPERATIONS} random operations hold what a plain model holds, each with one deadline`, async () => {
    birth();
    for (let done = 0; done < OPERATIONS; done += 1) {
      await oneOf(operations)();
      if (done % 500 !== 0) continue;
      const size = model.held.size;
      expect(await store.sessions.count()).toEqual({ sessions: size, deadlines: size });
    }
    const size = model.held.size;
    expect(size).toBeGreaterThan(20);
    expect(await store.sessions.count()).toEqual({ sessions: size, deadlines: size });
  });
});
