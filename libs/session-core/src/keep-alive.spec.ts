import { describe, expect, it } from '@jest/globals';
import {
  ALICE,
  BOB,
  clientAt,
  differing,
  OPERATOR,
  OTHER_OPERATOR,
  SessionWorld,
  someClientOf,
  TABLET,
  USUAL_POLICY,
  userOf,
} from '@sap2/test-support';
import type { UserSessionID } from './ids.js';
import { KeepAlive, type KeepAliveEntry } from './keep-alive.js';
import { LogOut } from './log-out.js';

const entry = (userSessionID: string, timeToLiveS?: number): KeepAliveEntry => ({
  userSessionID,
  timeToLiveS,
});
const single = (world: SessionWorld, one: KeepAliveEntry, user = someClientOf(ALICE), peer = OPERATOR) =>
  new KeepAlive(world.grants, USUAL_POLICY).execute({ form: 'single', peer, user, entry: one });
const batch = (world: SessionWorld, entries: readonly KeepAliveEntry[], peer = OPERATOR) =>
  new KeepAlive(world.grants, USUAL_POLICY).execute({ form: 'batch', peer, entries });

const expire = async (world: SessionWorld): Promise<void> => {
  world.clock.advance(120_001);
  await world.sweep();
};
const plain = (code: number, keepAliveTimeS: number) => ({
  code,
  keepAliveTimeS,
  exceptions: [],
  failures: [],
});
const NEVER = `00${'x'.repeat(24)}`;

describe('a single keep-alive', () => {
  it('V3: counts from now on, with the time in force', async () => {
    const world = new SessionWorld();
    const id = await world.logIn({ timeToLiveS: 100 });
    world.clock.advance(159_000);
    expect(await single(world, entry(id), userOf(ALICE))).toEqual(plain(200, 100));
    world.clock.advance(159_999);
    expect(await world.sweep()).toBe(0);
    world.clock.advance(1);
    expect(await world.sweep()).toBe(1);
  });

  it.each([
    [1, 60],
    [59, 60],
    [61, 61],
    [86_401, 86_400],
  ])('that asks for %d s gets %d s', async (timeToLiveS, inForce) => {
    const world = new SessionWorld();
    const id = await world.logIn();
    expect(await single(world, entry(id, timeToLiveS))).toEqual(plain(200, inForce));
    expect(await single(world, entry(id))).toEqual(plain(200, inForce));
  });

  it('that asks for 0 s is refused that time, and counts: 605', async () => {
    const world = new SessionWorld();
    const id = await world.logIn({ timeToLiveS: 100 });
    world.clock.advance(159_000);
    expect(await single(world, entry(id, 0))).toEqual(plain(605, 100));
    world.clock.advance(159_000);
    expect(await world.sweep()).toBe(0);
  });

  it('of a session that expired is 600, of one that was ended is 601, of one that was logged out is 604', async () => {
    const world = new SessionWorld();
    const expired = await world.logIn({ timeToLiveS: 60 });
    await expire(world);
    const forced = await world.logIn();
    await world.forceEnd([forced]);
    const loggedOut = await world.logIn();
    await new LogOut(world).execute({ peer: OPERATOR, user: userOf(ALICE), userSessionID: loggedOut });
    expect(await single(world, entry(expired))).toEqual(plain(600, 3600));
    expect(await single(world, entry(forced))).toEqual(plain(601, 3600));
    expect(await single(world, entry(loggedOut, 0))).toEqual(plain(604, 3600));
  });

  it('of another user or client is 422, and does not count', async () => {
    const world = new SessionWorld();
    const id = await world.logIn({ timeToLiveS: 60 });
    world.clock.advance(60_000);
    expect(await single(world, entry(id), someClientOf(BOB))).toEqual(plain(422, 3600));
    expect(await single(world, entry(id), userOf(ALICE, TABLET))).toEqual(plain(422, 3600));
    world.clock.advance(60_000);
    expect(await world.sweep()).toBe(1);
  });

  it("V4: of another peer's session is 604 like that of one that never was", async () => {
    const world = new SessionWorld();
    const id = await world.logIn();
    const byOther = await single(world, entry(id), someClientOf(ALICE), OTHER_OPERATOR);
    expect(byOther).toEqual(plain(604, 3600));
    for (const never of [NEVER, '', 'nonsense']) expect(await single(world, entry(never))).toEqual(byOther);
  });
});

describe('a batch', () => {
  const four = async (world: SessionWorld): Promise<UserSessionID[]> => {
    const policy = { ...USUAL_POLICY, secondLogin: { ...USUAL_POLICY.secondLogin, sessionsPerUser: 9 } };
    const ids = [];
    for (const url of ['a', 'b', 'c', 'd']) {
      ids.push(await world.logIn({ user: userOf(ALICE, clientAt(url)), timeToLiveS: 600 }, policy));
    }
    return ids;
  };

  it('in which all is well says the usual time, and what differs from it', async () => {
    const world = new SessionWorld();
    const [a, b, c, d] = await four(world);
    const answer = await batch(world, [entry(a!, 90), entry(b!), entry(c!), entry(d!, 86_401)]);
    expect(answer).toEqual({
      code: 200,
      keepAliveTimeS: 600,
      exceptions: [
        { userSessionID: a, keepAliveTimeS: 90 },
        { userSessionID: d, keepAliveTimeS: 86_400 },
      ],
      failures: [],
    });
  });

  it('in which some fail is 201, and says which and why', async () => {
    const world = new SessionWorld();
    const [a, b, c, d] = await four(world);
    await world.forceEnd([b!]);
    const answer = await batch(world, [
      entry(a!),
      entry(b!),
      entry('?'),
      entry(c!, 0),
      entry(d!),
      entry(NEVER),
    ]);
    expect(answer).toEqual({
      code: 201,
      keepAliveTimeS: 600,
      exceptions: [],
      failures: [
        { code: 601, userSessionIDs: [b] },
        { code: 604, userSessionIDs: ['?', NEVER] },
        { code: 605, userSessionIDs: [c] },
      ],
    });
  });

  it('in which all fail is their code, or 900 if they fail differently', async () => {
    const world = new SessionWorld();
    const [a, b] = await four(world);
    await world.forceEnd([a!]);
    expect(await batch(world, [entry('?'), entry(NEVER)])).toEqual({
      code: 604,
      keepAliveTimeS: 3600,
      exceptions: [],
      failures: [{ code: 604, userSessionIDs: ['?', NEVER] }],
    });
    expect(await batch(world, [entry('?'), entry(a!)])).toMatchObject({ code: 900, keepAliveTimeS: 3600 });
    expect(await batch(world, [entry('?'), entry(b!, 0)])).toMatchObject({ code: 900, keepAliveTimeS: 600 });
  });

  it('may name a session twice: renewed twice, and the last time asked for stands', async () => {
    const world = new SessionWorld();
    const [a, b] = await four(world);
    const answer = await batch(world, [entry(a!, 90), entry(b!), entry(a!, 120), entry(a!, 0)]);
    expect(answer).toEqual({
      code: 201,
      keepAliveTimeS: 120,
      exceptions: [{ userSessionID: b, keepAliveTimeS: 600 }],
      failures: [{ code: 605, userSessionIDs: [a] }],
    });
  });

  it('of many users renews them all with one question to the live store, in order', async () => {
    const world = new SessionWorld();
    const hers = await world.logIn();
    const his = await world.logIn({ user: userOf(BOB) });
    let questions = 0;
    const grants = differing(world.grants, {
      renew: (...question) => {
        questions += 1;
        return world.grants.renew(...question);
      },
    });
    const entries = [entry(his, 70), entry(hers, 80), entry('?')];
    const answer = await new KeepAlive(grants, USUAL_POLICY).execute({
      form: 'batch',
      peer: OPERATOR,
      entries,
    });
    expect(answer).toMatchObject({ code: 201, keepAliveTimeS: 70 });
    expect(answer.exceptions).toEqual([{ userSessionID: hers, keepAliveTimeS: 80 }]);
    expect(questions).toBe(1);
  });

  it("V4: does not reach another peer's sessions", async () => {
    const world = new SessionWorld();
    const ids = await four(world);
    const answer = await batch(
      world,
      ids.map((id) => entry(id)),
      OTHER_OPERATOR,
    );
    expect(answer).toMatchObject({ code: 604, failures: [{ code: 604, userSessionIDs: ids }] });
  });
});
