import { afterAll, expect, it } from '@jest/globals';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTestDatabase, startTestRedis, testFolder } from '@sap2/test-support';
import { PushDoor } from '../support/peers/push-door.js';
import { RawSap1 } from '../support/peers/raw-sap1.js';
import { RawUser } from '../support/peers/raw-user.js';
import { startServiceProcess } from '../support/service/service-process.js';
import { ADMIN_TOKEN, TEST_ENVIRONMENT } from '../support/service/service-under-test.js';
import { until } from '../support/service/until.js';

const PEER = { serviceID: 'wv:@operator.example', secret: 'operator-secret-0001' };
const ALICE = { userID: 'wv:alice@provider.example', password: 'wonderland' };
const toStop: (() => Promise<unknown>)[] = [];

afterAll(async () => {
  for (const stop of toStop.toReversed()) await stop();
});

/** `npm run test:smoke`: one way through the whole service, for the minute before a commit. */
it('a challenge login, a crash and a restart, a keep-alive, an end by an administrator with its push, and a logout', async () => {
  const door = await PushDoor.open(PEER);
  toStop.push(() => Promise.resolve(door.close()));
  const environment = await settings(door.url);

  const first = await startServiceProcess(environment);
  toStop.push(() => first.kill());
  const before = await new RawSap1(first.sspUrl, PEER).connect();
  door.know(before);
  const phone = await sessionByChallenge(before, 'phone-1@handset');
  const tablet = await sessionByChallenge(before, 'tablet-1@handset');
  await first.kill();
  before.close();

  const second = await startServiceProcess(environment);
  toStop.push(() => second.kill());
  const sap1 = Object.assign(new RawSap1(second.sspUrl, PEER), {
    sessionID: before.sessionID,
    theirSessionID: before.theirSessionID,
  });
  const alice = new RawUser(sap1, ALICE.userID, ALICE.password);
  expect((await alice.on('phone-1@handset').keepAlive(phone)).code).toBe(200);

  const ended = await fetch(`${second.adminUrl}/admin/v1/sessions/${phone}`, {
    method: 'DELETE',
    headers: { Authorization: `Bearer ${ADMIN_TOKEN}` },
  });
  expect(ended.status).toBe(204);
  expect((await alice.on('phone-1@handset').keepAlive(phone)).code).toBe(601);
  await until('the push', () => door.pushesOf(phone).length === 1);
  expect(door.pushesOf(phone)[0]?.code).toBe(601);

  expect((await alice.on('tablet-1@handset').logOut(tablet)).code).toBe(200);
  expect((await alice.on('tablet-1@handset').keepAlive(tablet)).code).toBe(604);
  sap1.close();
  expect(await second.terminate()).toBe(0);
}, 120_000);

async function settings(callbackUrl: string): Promise<Record<string, string>> {
  const [database, redis] = [await createTestDatabase(), await startTestRedis()];
  toStop.push(
    () => database.drop(),
    () => redis.stop(),
  );
  const seed = {
    domains: [{ name: 'provider.example' }],
    agreements: [
      { serviceID: PEER.serviceID, sharedSecret: PEER.secret, callbackUrl, domains: ['provider.example'] },
    ],
    users: [ALICE],
    administrators: [{ name: 'tester', token: ADMIN_TOKEN }],
  };
  const seedFile = join(mkdtempSync(join(testFolder(), 'seed-')), 'seed.json');
  writeFileSync(seedFile, JSON.stringify(seed));
  return {
    ...TEST_ENVIRONMENT,
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    SAP2_SEED_FILE: seedFile,
  };
}

async function sessionByChallenge(sap1: RawSap1, client: string): Promise<string> {
  const user = new RawUser(sap1, ALICE.userID, ALICE.password).on(client);
  const challenge = await user.challenge('SHA', 'MD5');
  expect(challenge.code).toBe(401);
  const answer = await user.respond('SHA', challenge.text('Nonce') ?? '');
  expect(answer.code).toBe(200);
  return answer.userSessionID;
}
