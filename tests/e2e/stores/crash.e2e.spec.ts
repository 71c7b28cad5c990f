import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createTestDatabase, startTestRedis, testFolder } from '@sap2/test-support';
import { Client } from 'pg';
import { PushDoor } from '../../support/peers/push-door.js';
import { RawSap1 } from '../../support/peers/raw-sap1.js';
import { RawUser } from '../../support/peers/raw-user.js';
import { type ServiceProcess, startServiceProcess } from '../../support/service/service-process.js';
import { ADMIN_TOKEN, TEST_ENVIRONMENT } from '../../support/service/service-under-test.js';

const DEADLINE_MS = 150_000;
const toStop: (() => Promise<unknown>)[] = [];

afterAll(async () => {
  for (const stop of toStop.toReversed()) await stop();
});

function seedFile(callbackUrl: string, users: readonly string[]): string {
  const file = join(mkdtempSync(join(testFolder(), 'seed-')), 'seed.json');
  const agreement = {
    serviceID: 'wv:@operator.example',
    sharedSecret: 'operator-secret-0001',
    callbackUrl,
    domains: ['provider.example'],
    allowPasswordOverHttp: true,
  };
  const seed = {
    domains: [{ name: 'provider.example' }],
    agreements: [agreement],
    users: users.map((user) => ({ userID: `wv:${user}@provider.example`, password: `${user}-secret` })),
    administrators: [{ name: 'tester', token: ADMIN_TOKEN }],
  };
  writeFileSync(file, JSON.stringify(seed));
  return file;
}

const logIn = (sap1: RawSap1, user: string, client: string): Promise<string> =>
  new RawUser(sap1, `wv:${user}@provider.example`, `${user}-secret`).on(client).session();

async function keepAliveCode(sap1: RawSap1, id: string): Promise<number> {
  const entry = `<UserSession userSessionID="${id}"/>`;
  return (await sap1.ask(`<UserKeepAliveRequest>${sap1.metaInfo}${entry}</UserKeepAliveRequest>`)).code;
}

async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`Not within ${DEADLINE_MS} ms: ${what}`);
    await pause(100);
  }
}

const peer = { serviceID: 'wv:@operator.example', secret: 'operator-secret-0001' };

describe('V2: a service killed while it owes disconnects', () => {
  it(
    'tells every one of them after its return, each under one transactionID, and nothing else',
    async () => {
      const door = await PushDoor.open(peer);
      toStop.push(() => Promise.resolve(door.close()));
      const [database, redis] = [await createTestDatabase(), await startTestRedis()];
      toStop.push(
        () => database.drop(),
        () => redis.stop(),
      );
      const users = Array.from({ length: 10 }, (_, i) => `user${i}`);
      const environment = {
        ...TEST_ENVIRONMENT,
        DATABASE_URL: database.url,
        REDIS_URL: redis.url,
        SAP2_SEED_FILE: seedFile(door.url, users),
      };

      const first = await startServiceProcess(environment);
      toStop.push(() => first.kill());
      let sap1 = await new RawSap1(first.sspUrl, peer).connect();
      door.know(sap1);
      const sessions: string[] = [];
      for (const user of users) {
        for (const client of ['a', 'b', 'c', 'd']) sessions.push(await logIn(sap1, user, client));
      }
      const [ended, alive] = [sessions.slice(0, 30), sessions.slice(30)];
      door.answer = () => ({ httpStatus: 500 });
      await endByAdministrator(first, ended);
      await until('an attempt that fails', () => door.pushes.length > 0);
      await first.kill();
      sap1.close();

      const second = await startServiceProcess(environment);
      toStop.push(() => second.terminate());
      // The SSP session outlived the process as well.
      const { sessionID, theirSessionID } = sap1;
      sap1 = Object.assign(new RawSap1(second.sspUrl, peer), { sessionID, theirSessionID });
      door.answer = () => undefined;
      const told = (): Set<string> => new Set(door.pushes.map(({ userSessionID }) => userSessionID));
      await until('30 disconnects', () => told().size === 30);
      await until('all settled', async () => (await outboxStates(database.url)).get('pending') === undefined);

      const codes = { alive: new Set<number>(), ended: new Set<number>() };
      for (const id of alive) codes.alive.add(await keepAliveCode(sap1, id));
      for (const id of ended) codes.ended.add(await keepAliveCode(sap1, id));
      expect(codes).toEqual({ alive: new Set([200]), ended: new Set([601]) });
      expect([...told()].toSorted()).toEqual(ended.toSorted());
      expect(new Set(door.pushes.map(({ transactionID }) => transactionID)).size).toBe(30);
      expect(await outboxStates(database.url)).toEqual(new Map([['acknowledged', 30]]));
      sap1.close();
    },
    2 * DEADLINE_MS,
  );
});

describe('embedded stores', () => {
  it(
    'are found again with all sessions after kill -9, and stop with the service',
    async () => {
      const dataDir = join(testFolder(), 'data');
      const environment = {
        ...TEST_ENVIRONMENT,
        SAP2_DATA_DIR: dataDir,
        SAP2_SEED_FILE: seedFile('http://127.0.0.1:9/', ['alice']),
      };
      const first = await startServiceProcess(environment);
      toStop.push(() => first.kill());
      const before = new RawSap1(first.sspUrl, peer);
      await before.connect();
      const sessions = [];
      for (const client of ['a', 'b', 'c', 'd', 'e']) sessions.push(await logIn(before, 'alice', client));
      await first.kill();
      before.close();

      const second = await startServiceProcess(environment);
      toStop.push(() => second.kill());
      const after = new RawSap1(second.sspUrl, peer);
      await after.connect();
      for (const id of sessions) expect(await keepAliveCode(after, id)).toBe(200);
      after.close();
      expect(await second.terminate()).toBe(0);
    },
    DEADLINE_MS,
  );
});

async function endByAdministrator({ adminUrl }: ServiceProcess, ids: readonly string[]): Promise<void> {
  const headers = { Authorization: `Bearer ${ADMIN_TOKEN}` };
  for (const id of ids) {
    const answer = await fetch(`${adminUrl}/admin/v1/sessions/${id}`, { method: 'DELETE', headers });
    expect(answer.status).toBe(204);
  }
}

async function outboxStates(databaseUrl: string): Promise<Map<string, number>> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ state: string; count: string }>(
      'SELECT state, count(*) AS count FROM disconnect_outbox GROUP BY state',
    );
    return new Map(rows.map(({ state, count }) => [state, Number(count)]));
  } finally {
    await client.end();
  }
}
