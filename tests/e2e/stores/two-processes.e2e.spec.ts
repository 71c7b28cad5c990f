import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTestDatabase, startTestRedis, testFolder } from '@sap2/test-support';
import { CONFORMANCE_SEED, OPERATOR } from '../../support/service/conformance-world.js';
import { checksDuring } from '../../support/service/credential-checks.js';
import { type Answer, RawSap1, type RawRequest } from '../../support/peers/raw-sap1.js';
import { RawUser } from '../../support/peers/raw-user.js';
import { type ServiceProcess, startServiceProcess } from '../../support/service/service-process.js';
import { until } from '../../support/service/until.js';
import { ADMIN_TOKEN, TEST_ENVIRONMENT } from '../../support/service/service-under-test.js';

const START_MS = 120_000;
const toStop: (() => Promise<unknown>)[] = [];

/** Two processes of one SAP 2, and an SSP session of one peer with each. */
let first: ServiceProcess;
let second: ServiceProcess;
let atFirst: RawSap1;
let atSecond: RawSap1;

beforeAll(async () => {
  const [database, redis] = [await createTestDatabase(), await startTestRedis()];
  toStop.push(
    () => database.drop(),
    () => redis.stop(),
  );
  const seedFile = join(mkdtempSync(join(testFolder(), 'seed-')), 'seed.json');
  writeFileSync(seedFile, JSON.stringify(CONFORMANCE_SEED));
  const environment = {
    ...TEST_ENVIRONMENT,
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    SAP2_SEED_FILE: seedFile,
    SAP2_SESSIONS_PER_USER: '20',
    SAP2_MAX_IN_FLIGHT: '5000',
    SAP2_PEER_IN_FLIGHT: '5000',
  };
  [first, second] = await Promise.all([startServiceProcess(environment), startServiceProcess(environment)]);
  for (const one of [first, second]) toStop.push(() => one.kill());
  [atFirst, atSecond] = (await Promise.all(
    [first, second].map(({ sspUrl }) => new RawSap1(sspUrl, OPERATOR).connect()),
  )) as [RawSap1, RawSap1];
}, START_MS);

afterAll(async () => {
  for (const sap1 of [atFirst, atSecond]) sap1?.close();
  for (const stop of toStop.toReversed()) await stop();
});

let users = 0;
const newUser = (): RawUser => {
  const name = `user-${users++}`;
  return new RawUser(atFirst, `wv:${name}@provider.example`, `${name}-password`);
};

async function sessionsOf({ userID }: RawUser): Promise<number> {
  const headers = { Authorization: `Bearer ${ADMIN_TOKEN}` };
  const answer = await fetch(`${second.adminUrl}/admin/v1/sessions?limit=500`, { headers });
  const { items } = (await answer.json()) as { items: { account: string }[] };
  return items.filter(({ account }) => account === userID).length;
}

const everywhere = (
  count: number,
  ask: (sap1: RawSap1, index: number) => Promise<Answer>,
): Promise<Answer[]> =>
  Promise.all(Array.from({ length: count }, (_, i) => ask(i % 2 === 0 ? atFirst : atSecond, i)));
const bytesOf = (answers: readonly Answer[]): ReadonlySet<string> =>
  new Set(answers.map(({ bytes }) => bytes));
const countOf = (answers: readonly Answer[], code: number): number =>
  answers.filter((answer) => answer.code === code).length;

describe('an SSP session that both processes have seen', () => {
  it('is over at the one as soon as it has heard of the logout at the other', async () => {
    const [node, sameNode] = [atFirst.otherNode(), atSecond.otherNode()];
    await node.connect();
    sameNode.sessionID = node.sessionID;
    sameNode.theirSessionID = node.theirSessionID;
    const statusAt = async (sap1: RawSap1): Promise<number> =>
      (await sap1.post(sap1.message([[sap1.nextTransactionID(), '<KeepAliveRequest/>']]))).status;
    expect([await statusAt(node), await statusAt(sameNode)]).toEqual([200, 200]);
    expect((await node.ask('<LogoutRequest/>')).code).toBe(200);
    expect(await statusAt(node)).toBe(403);
    await until('the other process has heard of it', async () => (await statusAt(sameNode)) === 403);
    for (const sap1 of [node, sameNode]) sap1.close();
  });
});

describe('two processes of one service', () => {
  it('compare 5 of 1000 wrong passwords that come at once to both of them (§4.1)', async () => {
    const [victim, honest] = [newUser(), newUser()];
    const { checks, result } = await checksDuring([first.adminUrl, second.adminUrl], async () => {
      const guesses = everywhere(1000, (sap1, i) => victim.as({ sap1, password: `guess-${i}` }).logIn());
      return { honest: await honest.as({ sap1: atSecond }).logIn(), guesses: await guesses };
    });
    expect(result.honest.code).toBe(200);
    expect([countOf(result.guesses, 409), countOf(result.guesses, 503)]).toEqual([5, 995]);
    expect(checks).toEqual({ password: 5 + 1, digest: 0 });
  });

  it('V5: give one answer to a transaction that comes at once to both of them, in another SSP session each (§6)', async () => {
    const user = newUser();
    const answers = await everywhere(10, (sap1) => sap1.ask(user.passwordRequest(), 'at-both'));
    expect(bytesOf(answers).size).toBe(1);
    expect(answers[0]?.code).toBe(200);
    expect(await sessionsOf(user)).toBe(1);
  });

  it('V5: refuse a captured transaction that was changed, wherever it comes (§6)', async () => {
    const user = newUser();
    const login: RawRequest = ['captured', user.passwordRequest()];
    const [answer] = await atFirst.askAll([login]);
    const changed = [
      user.passwordRequest('timeToLive="86400"'),
      user.on('of-the-thief').passwordRequest(),
      user.logoutRequest(answer?.userSessionID ?? ''),
    ];
    for (const primitive of changed) expect((await atSecond.ask(primitive, 'captured')).code).toBe(420);
    expect(await sessionsOf(user)).toBe(1);
  });

  it('take a captured challenge login for what it is: the same answer under its id, a fresh challenge under another (§4.1, §6)', async () => {
    const user = newUser();
    const nonce = (await user.challenge('SHA')).text('Nonce') ?? '';
    const captured = user.digestRequest('SHA', nonce);
    const login = await atFirst.ask(captured, 'captured-digest');
    expect(login.code).toBe(200);
    await user.logOut(login.userSessionID);
    expect((await atSecond.ask(captured, 'captured-digest')).bytes).toBe(login.bytes);
    const other = await atSecond.ask(captured);
    expect([other.code, other.attribute('userSessionID')]).toEqual([401, undefined]);
    expect(other.text('Nonce')).not.toBe(nonce);
    expect(await sessionsOf(user)).toBe(0);
  });

  it('V5: give the answer of one that was killed, to the peer that never got it, in the SSP session of then and in another', async () => {
    const user = newUser();
    const out = newUser();
    const outID = await out.session();
    const before = [
      await atFirst.ask(user.passwordRequest(), 'before-the-kill'),
      await atFirst.ask(out.logoutRequest(outID), 'logout-before'),
      await atFirst.ask(user.on('b').as({ password: 'guess' }).passwordRequest(), 'guess-before'),
    ];
    expect(before.map(({ code }) => code)).toEqual([200, 200, 409]);
    await first.kill();
    const { sessionID, theirSessionID } = atFirst;
    const sameSession = Object.assign(new RawSap1(second.sspUrl, OPERATOR), { sessionID, theirSessionID });
    for (const sap1 of [sameSession, atSecond]) {
      const after = [
        await sap1.ask(user.passwordRequest(), 'before-the-kill'),
        await sap1.ask(out.logoutRequest(outID), 'logout-before'),
        await sap1.ask(user.on('b').as({ password: 'guess' }).passwordRequest(), 'guess-before'),
      ];
      expect(after.map(({ bytes }) => bytes)).toEqual(before.map(({ bytes }) => bytes));
      expect((await sap1.ask(user.on('c').passwordRequest(), 'before-the-kill')).code).toBe(420);
    }
    sameSession.close();
    expect([await sessionsOf(user), await sessionsOf(out)]).toEqual([1, 0]);
  });
});
