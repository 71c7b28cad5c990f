import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, startTestRedis, testFolder } from '@sap2/test-support';
import { AdminClient } from '../../support/service/admin-client.js';
import { PushDoor } from '../../support/peers/push-door.js';
import { RawSap1 } from '../../support/peers/raw-sap1.js';
import { RawUser } from '../../support/peers/raw-user.js';
import { startServiceProcess } from '../../support/service/service-process.js';
import { ADMIN_TOKEN, TEST_ENVIRONMENT } from '../../support/service/service-under-test.js';
import { until } from '../../support/service/until.js';

const DEADLINE_MS = 120_000;
const PEER = { serviceID: 'wv:@operator.example', secret: 'operator-secret-0001' };
const CLIENTS = ['a', 'b', 'c'];
const toStop: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const stop of toStop.splice(0).toReversed()) await stop();
});

function seedFile(callbackUrl: string): string {
  const file = join(mkdtempSync(join(testFolder(), 'seed-')), 'seed.json');
  const agreement = {
    serviceID: PEER.serviceID,
    sharedSecret: PEER.secret,
    callbackUrl,
    domains: ['provider.example'],
    allowPasswordOverHttp: true,
  };
  const users = ['alice', 'bob'].map((name) => ({
    userID: `wv:${name}@provider.example`,
    password: `${name}-secret`,
  }));
  const administrators = [{ name: 'tester', token: ADMIN_TOKEN }];
  writeFileSync(
    file,
    JSON.stringify({
      domains: [{ name: 'provider.example' }],
      agreements: [agreement],
      users,
      administrators,
    }),
  );
  return file;
}

interface World {
  readonly door: PushDoor;
  readonly environment: Readonly<Record<string, string>>;
}

async function world(): Promise<World> {
  const door = await PushDoor.open(PEER);
  toStop.push(async () => door.close());
  const [database, redis] = [await createTestDatabase(), await startTestRedis()];
  toStop.push(
    () => database.drop(),
    () => redis.stop(),
  );
  const stores = { DATABASE_URL: database.url, REDIS_URL: redis.url };
  return { door, environment: { ...TEST_ENVIRONMENT, ...stores, SAP2_SEED_FILE: seedFile(door.url) } };
}

const usersOf = (sap1: RawSap1): RawUser[] =>
  ['alice', 'bob'].flatMap((name) =>
    CLIENTS.map((client) => new RawUser(sap1, `${name}@provider.example`, `${name}-secret`).on(client)),
  );

const codesOf = async (users: readonly RawUser[], sessions: readonly string[]): Promise<number[]> => {
  const codes = [];
  for (const [index, user] of users.entries()) codes.push((await user.keepAlive(sessions[index] ?? '')).code);
  return codes;
};

const ALICE = '/users/wv:alice@provider.example';
type Act = readonly [name: string, method: string, path: string, body: object | undefined];
const ACTS: readonly Act[] = [
  ['a suspension', 'POST', `${ALICE}/suspend`, { reason: 'abuse' }],
  ['a deletion', 'DELETE', ALICE, undefined],
  ['a new password', 'PUT', `${ALICE}/password`, { password: 'another secret' }],
];

/** All of alice's sessions and three of bob's; the process dies in the midst of the act, and comes back. */
async function crashed(point: string, [, method, path, body]: Act, seedsAgain = true) {
  const { door, environment } = await world();
  const first = await startServiceProcess({ ...environment, SAP2_FAULT_INJECTION: point });
  toStop.push(() => first.kill());
  const before = await new RawSap1(first.sspUrl, PEER).connect();
  door.know(before);
  const sessions = [];
  for (const user of usersOf(before)) sessions.push(await user.session());
  await expect(new AdminClient(first.adminUrl).ask(method, path, { body })).rejects.toThrow('fetch failed');
  before.close();

  const { SAP2_SEED_FILE: _isAppliedOnce, ...unseeded } = environment as typeof environment & {
    readonly SAP2_SEED_FILE: string;
  };
  const second = await startServiceProcess(seedsAgain ? environment : unseeded);
  toStop.push(() => second.kill());
  const { sessionID, theirSessionID } = before;
  const sap1 = Object.assign(new RawSap1(second.sspUrl, PEER), { sessionID, theirSessionID });
  toStop.push(async () => sap1.close());
  return { door, sap1, sessions, users: usersOf(sap1), admin: new AdminClient(second.adminUrl) };
}

describe('F2: a process that is killed while an administrator changes a user', () => {
  it.each(ACTS)(
    'after %s is committed: every session of the user is ended and pushed, and no other',
    async (...act) => {
      const operation = act[1] === 'DELETE' ? 'delete' : 'change';
      const { door, sessions, users, admin } = await crashed(`Users.${operation}:after`, act);
      await until(
        'three disconnects',
        () => new Set(door.pushes.map((push) => push.userSessionID)).size === 3,
      );
      expect(door.pushes.map((push) => push.userSessionID).toSorted()).toEqual(
        sessions.slice(0, 3).toSorted(),
      );
      expect(new Set(door.pushes.map(({ code }) => code))).toEqual(new Set([601]));
      expect(await codesOf(users, sessions)).toEqual([601, 601, 601, 200, 200, 200]);
      const { json } = await admin.ask('GET', '/audit/verify');
      expect(json).toMatchObject({ sound: true });
      const audit = await admin.ask('GET', '/audit?actor=tester');
      expect((audit.json as { items: object[] }).items).toHaveLength(1);
    },
    DEADLINE_MS,
  );

  it.each(ACTS.slice(0, 1))(
    'before %s is committed: nothing has happened, and it can be asked for again',
    async (...act) => {
      const { door, sessions, users, admin } = await crashed('Users.change:before', act);
      expect(await codesOf(users, sessions)).toEqual([200, 200, 200, 200, 200, 200]);
      expect((await admin.ask('GET', ALICE)).json).toMatchObject({ suspended: false, revision: 1 });
      const [, method, path, body] = act;
      expect((await admin.ask(method, path, { body })).status).toBe(200);
      expect(await codesOf(users, sessions)).toEqual([601, 601, 601, 200, 200, 200]);
      await until('three disconnects', () => door.pushes.length === 3);
    },
    DEADLINE_MS,
  );
});

const AGREEMENT = `/agreements/${encodeURIComponent(PEER.serviceID)}`;
const ENDS_OF_THE_AGREEMENT: readonly (readonly [Act, string])[] = [
  [['deleted', 'DELETE', AGREEMENT, undefined], 'AgreementBook.remove:after'],
  [['disabled', 'POST', `${AGREEMENT}/disable`, undefined], 'AgreementBook.change:after'],
];

describe('F2: a process that is killed while an agreement is', () => {
  it.each(ENDS_OF_THE_AGREEMENT.map(([act, point]) => [act[0], act, point] as const))(
    '%s: every session of the peer is ended, the peer is notified, and no login is admitted any more',
    async (_, act, point) => {
      const { door, sap1, sessions, admin } = await crashed(point, act, false);
      const told = (): ReadonlySet<string> => new Set(door.pushes.map((push) => push.userSessionID));
      await until('six disconnects', () => told().size === 6);
      expect([...told()].toSorted()).toEqual(sessions.toSorted());
      expect(new Set(door.pushes.map(({ code }) => code))).toEqual(new Set([601]));
      expect((await admin.ask('GET', '/sessions')).json).toMatchObject({ items: [] });
      await expect(sap1.otherNode().connect()).rejects.toThrow(/SAP 2|no SSP session/u);
      expect((await admin.ask('GET', '/audit/verify')).json).toMatchObject({ sound: true });
    },
    DEADLINE_MS,
  );
});
