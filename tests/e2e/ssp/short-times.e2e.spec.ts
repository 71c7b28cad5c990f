import { describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { describeLog, worldForThisFile } from '../../support/service/conformance-world.js';
import type { Answer } from '../../support/peers/raw-sap1.js';
import type { RawUser } from '../../support/peers/raw-user.js';
import { until } from '../../support/service/until.js';

/** Most of these tests wait, so they do it side by side. */
const KEEP_ALIVE_S = 1;
const GRACE_S = 1;
const world = worldForThisFile({
  SAP2_KEEP_ALIVE_MIN_S: '1',
  SAP2_KEEP_ALIVE_DEFAULT_S: String(KEEP_ALIVE_S),
  SAP2_KEEP_ALIVE_GRACE_S: String(GRACE_S),
  SAP2_SWEEP_INTERVAL_MS: '50',
  // Long enough for the slowest machine to look in time; one test waits for its end.
  SAP2_TOMBSTONE_S: '15',
  SAP2_LOGIN_ATTEMPTS_WINDOW_S: '3',
  SAP2_REPETITION_KEEP_S: '10',
  SAP2_NONCE_TTL_S: '1',
  SAP2_SETUP_TTL_S: '12',
});

const isLive = async (id: string): Promise<boolean> =>
  (await world.service.admin('GET', `/admin/v1/sessions/${id}`)).status === 200;

const untilGone = (id: string): Promise<true> =>
  until('the end of a session', async () => !(await isLive(id)));

/**
 * Uses a session for longer than it lives without being used. This machine may be too busy to be on time: then it
 * begins again. @returns the codes
 */
async function useForLong(use: () => Promise<number>): Promise<number[]> {
  const lifeMs = 1000 * (KEEP_ALIVE_S + GRACE_S);
  let codes: number[] = [];
  let last = Date.now();
  let begun = last;
  while (last - begun < 1.5 * lifeMs) {
    codes.push(await use());
    await pause(50);
    const gap = Date.now() - last;
    last += gap;
    if (gap < lifeMs) continue;
    codes = [];
    begun = last;
  }
  return codes;
}

describe('expiry (§4.3)', () => {
  it.concurrent('600 in every operation, for as long as the tombstone stands; 604 later', async () => {
    const user = world.newUser();
    const id = await user.session();
    await untilGone(id);
    const answers = await Promise.all([user.keepAlive(id), user.negotiate(id, undefined)]);
    expect(answers.map(({ code }) => code)).toEqual([600, 600]);
    expect((await user.as({ sap1: world.rival }).keepAlive(id)).code).toBe(604);
    expect((await user.logIn(`userSessionID="${id}"`)).code).toBe(502);
    expect((await user.logOut(id)).code).toBe(604);
    const codes: number[] = [];
    await until('the end of the tombstone', async () => {
      codes.push((await user.keepAlive(id)).code);
      return codes.at(-1) === 604;
    });
    expect(new Set(codes)).toEqual(new Set([600, 604]));
  });

  it.concurrent('comes after keep-alive time and grace, not before (V3)', async () => {
    const user = world.newUser();
    const loggedInMs = await until('a look in time', async () => {
      const id = await user.session();
      const answeredMs = Date.now();
      await pause(1000 * KEEP_ALIVE_S + 200);
      const alive = await isLive(id);
      const inTime = Date.now() - answeredMs < 1000 * (KEEP_ALIVE_S + GRACE_S) - 100;
      return inTime && { alive };
    });
    expect(loggedInMs).toEqual({ alive: true });
  });

  it.concurrent('a session that asked for longer lives longer', async () => {
    const user = world.newUser();
    const long = await user.on('long').session('timeToLive="600"');
    await untilGone(await user.session());
    expect((await user.on('long').keepAlive(long)).code).toBe(200);
  });

  it.concurrent('is put off by every operation that is accepted', async () => {
    const list = (id: string): string =>
      `<UserKeepAliveRequest>${world.operator.metaInfo}<UserSession userSessionID="${id}"/></UserKeepAliveRequest>`;
    const uses: Record<string, (user: RawUser, id: string) => Promise<Answer>> = {
      'keep-alive 200': (user, id) => user.keepAlive(id),
      'refused time 605': (user, id) => user.keepAlive(id, 'timeToLive="0"'),
      'list 200': (_, id) => world.operator.ask(list(id)),
      'service negotiation 200': (user, id) => user.negotiate(id, undefined),
      'resume 200': (user, id) => user.logIn(`userSessionID="${id}"`),
    };
    const seen = Object.entries(uses).map(async ([what, use]) => {
      const user = world.newUser();
      const id = await user.session();
      const codes = await useForLong(async () => (await use(user, id)).code);
      return [what, ...new Set(codes)];
    });
    expect(await Promise.all(seen)).toEqual(Object.keys(uses).map((what) => [what, Number(what.slice(-3))]));
  });

  it.concurrent("is not put off by another's requests, nor by ones that do not match", async () => {
    const user = world.newUser();
    const id = await user.session();
    await until('the end of a session', async () => {
      const answers = [
        await user.on('another').keepAlive(id),
        await user.as({ sap1: world.rival }).keepAlive(id),
        await user.on('another').logIn(`userSessionID="${id}"`),
      ];
      expect(answers.every(({ code }) => code !== 200)).toBe(true);
      return !(await isLive(id));
    });
    expect((await user.keepAlive(id)).code).toBe(600);
  });

  it.concurrent('in a list: 201 with some, 600 with all, 900 with others', async () => {
    const user = world.newUser();
    const long = await user.on('long').session('timeToLive="600"');
    const [id, other] = [await user.session(), await user.on('other').session()];
    await Promise.all([untilGone(id), untilGone(other)]);
    const list = (...ids: string[]): string =>
      `<UserKeepAliveRequest>${world.operator.metaInfo}${ids.map((one) => `<UserSession userSessionID="${one}"/>`).join('')}</UserKeepAliveRequest>`;
    const answers = await world.operator.askAll([
      ['list-1', list(id, long)],
      ['list-2', list(id, other)],
      ['list-3', list(id, 'nonsense')],
    ]);
    expect(answers.map(({ code, failures }) => [code, failures])).toEqual([
      [201, { '600': [id] }],
      [600, { '600': [id, other] }],
      [900, { '600': [id], '604': ['nonsense'] }],
    ]);
  });
});

describe('memories that end', () => {
  it.concurrent('failed attempts (§4.1): the honest user gets in again', async () => {
    const user = world.newUser();
    const wrong = user.as({ password: 'guess' });
    const last = await until('a refusal', async () => {
      const answer = await wrong.logIn();
      return answer.code === 503 && answer;
    });
    expect(last.tryAgainS).toBeLessThanOrEqual(3);
    await until('a login', async () => (await user.logIn()).code === 200);
  });

  it.concurrent('nonces (§4.1): 401 with a fresh one, which is good for as long again', async () => {
    const user = world.newUser();
    const nonce = (await user.challenge('SHA')).text('Nonce') ?? '';
    await pause(1100);
    let answer = await user.respond('SHA', nonce);
    expect(answer.code).toBe(401);
    await until('a login in time', async () => {
      answer = await user.respond('SHA', answer.text('Nonce') ?? '');
      return answer.code === 200;
    });
  });

  it.concurrent('set-ups that are not finished (§3)', async () => {
    const setUp = world.sap1().setUp();
    await setUp.hello();
    await pause(12_100);
    expect((await setUp.prove()).code).toBe(403);
  });

  it.concurrent('transactions (§6): an id may be used again when the time is over', async () => {
    const user = world.newUser();
    expect((await world.operator.ask(user.passwordRequest(), 'used-again')).code).toBe(200);
    const other = user.on('another').passwordRequest();
    expect((await world.operator.ask(other, 'used-again')).code).toBe(420);
    await until('a new use', async () => (await world.operator.ask(other, 'used-again')).code === 200);
  });
});

describeLog(world);
