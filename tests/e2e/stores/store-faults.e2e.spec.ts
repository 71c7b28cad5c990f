import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { type Outcome, StoreFaultWorld } from '../../support/service/store-fault-world.js';
import { until } from '../../support/service/until.js';

const SHORT_LIFE_S = 5;
const GRACE_S = 1;
/** Longer than the short sessions live, and than Redis may be silent. */
const OUTAGE_MS = 8_000;

/** Two stores and a process, on a machine that may be busy. */
const START_MS = 120_000;

let world: StoreFaultWorld;
beforeAll(async () => {
  world = await StoreFaultWorld.start({
    SAP2_KEEP_ALIVE_MIN_S: '1',
    SAP2_KEEP_ALIVE_GRACE_S: String(GRACE_S),
    SAP2_SESSIONS_PER_USER: '100',
    SAP2_SWEEP_INTERVAL_MS: '100',
  });
}, START_MS);
afterAll(() => world.stop());

const codes = (outcomes: readonly Outcome[]): Set<string> => new Set(outcomes.map(({ code }) => code));
const without = (outcomes: readonly Outcome[], code: string): readonly Outcome[] =>
  outcomes.filter((outcome) => outcome.code !== code);
const isRefusal = ({ code, tryAgainS }: Outcome): boolean =>
  (code === 'HTTP 503' || code === '503') && tryAgainS !== undefined && tryAgainS > 0;

/** Polls until something else than "try again later" comes. */
const served = (ask: () => Promise<Outcome>): Promise<string> =>
  until('an answer', async () => {
    const outcome = await ask();
    return isRefusal(outcome) ? undefined : outcome.code;
  });

async function expectNothingLost(): Promise<void> {
  await world.untilReady();
  expect(await served(() => world.keepAlive())).toBe('200');
  await until('the stores agree (V7)', async () => {
    const { ledger, live, deadlines } = await world.held();
    return ledger === live && live === deadlines;
  });
  expect((await world.held()).ledger).toBeGreaterThanOrEqual(world.sessions.length);
  expect(await world.expired()).toBe(0);
}

describe('Redis', () => {
  it('F4: emptied, is filled again from PostgreSQL, and no peer gets a wrong answer meanwhile', async () => {
    const traffic = world.keepAlivesDuring();
    await until('it is seen not ready', async () => {
      await world.operator.flushall();
      return (await world.readiness()) === 503;
    });
    await world.untilReady();
    await expectNothingLost();
    expect(without(await traffic.stop(), '200').every(isRefusal)).toBe(true);
  });

  it('F3: restarted under load without its last writes, logs no user out and brings no user back', async () => {
    const { operator } = world;
    const [ended, born] = await Promise.all(['ended', 'born'].map((name) => world.user(1, name).session()));
    const keyOf = async (id: string | undefined): Promise<string> =>
      (await operator.keys(`sap2:{*}:session:${id}`))[0] ?? '';
    const [endedKey, bornKey] = [await keyOf(ended), await keyOf(born)];
    const deadlines = endedKey.replace(/session:.*/u, 'deadlines');
    const [content, deadline] = [
      await operator.hgetall(endedKey),
      await operator.zscore(deadlines, ended ?? ''),
    ];
    expect((await world.user(1, 'ended').logOut(ended ?? '')).code).toBe(200);

    const traffic = world.keepAlivesDuring();
    await world.redis.kill();
    await world.redis.start();
    // As if the end and the birth had been in the second that it lost.
    await until('a connection', () => operator.status === 'ready');
    await operator.hset(endedKey, content);
    await operator.zadd(deadlines, Number(deadline), ended ?? '');
    await operator.del(endedKey.replace(':session:', ':tombstone:'), bornKey);
    await operator.zrem(bornKey.replace(/session:.*/u, 'deadlines'), born ?? '');

    await expectNothingLost();
    expect(without(await traffic.stop(), '200').every(isRefusal)).toBe(true);
    expect((await world.user(1, 'born').keepAlive(born ?? '')).code).toBe(200);
    expect((await world.user(1, 'ended').keepAlive(ended ?? '')).code).toBe(604);
  });

  it('F5, F11: away for longer than sessions live, ends none of them; the outage is added', async () => {
    const short = await Promise.all(
      Array.from({ length: 10 }, (_, i) => world.user(i, 'short').session(`timeToLive="${SHORT_LIFE_S}"`)),
    );
    const traffic = world.keepAlivesDuring(short);
    world.redis.freeze();
    const thawed = pause(OUTAGE_MS).then(() => world.redis.thaw());
    expect(isRefusal(await world.keepAlive())).toBe(true);
    expect(await world.readiness()).toBe(503);
    expect(isRefusal(await world.logIn('during the outage'))).toBe(true);
    await thawed;
    expect(await served(() => world.keepAlive(short))).toBe('200');
    await expectNothingLost();
    expect(without(await traffic.stop(), '200').every(isRefusal)).toBe(true);
    // Time goes on again.
    await until('their end', async () => (await world.expired()) === short.length);
    expect(await served(() => world.keepAlive(short))).toBe('600');
  });
});

describe('PostgreSQL', () => {
  it('F6: restarted under load, is missed by no keep-alive; logins get a time to come again', async () => {
    const traffic = world.keepAlivesDuring();
    await world.postgres.halt();
    expect(isRefusal(await world.logIn('while it is away'))).toBe(true);
    expect(await world.readiness()).toBe(503);
    await world.postgres.start();
    expect(await served(() => world.logIn('when it is back'))).toBe('200');
    await world.untilReady();
    expect(codes(await traffic.stop())).toEqual(new Set(['200']));
  });

  it('F11: not heard of, admits no login and fails no keep-alive, and health says so', async () => {
    const traffic = world.keepAlivesDuring();
    world.postgres.freeze();
    expect(isRefusal(await world.logIn('into the silence'))).toBe(true);
    expect(await world.readiness()).toBe(503);
    expect(await world.down()).toEqual(['postgresql']);
    world.postgres.thaw();
    expect(await served(() => world.logIn('into the silence'))).toBe('200');
    await world.untilReady();
    expect(codes(await traffic.stop())).toEqual(new Set(['200']));
    process.kill(world.service.pid, 0);
  });
});
