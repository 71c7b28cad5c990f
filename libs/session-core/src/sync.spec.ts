import { describe, expect, it } from '@jest/globals';
import {
  ALICE,
  aSession,
  BOB,
  clientAt,
  differing,
  OPERATOR,
  OTHER_OPERATOR,
  SessionWorld,
  USUAL_POLICY,
  userOf,
} from '@sap2/test-support';
import type { UserSessionID } from './ids.js';
import { STORE_BATCH } from './store-pages.js';
import { Sync, type SyncPorts, type SyncRequest } from './sync.js';

const policy = { ...USUAL_POLICY, secondLogin: { ...USUAL_POLICY.secondLogin, sessionsPerUser: 99 } };
let clients = 0;
const session = (world: SessionWorld, sapEpoch: string | undefined, particulars = {}) =>
  world.logIn({ user: userOf(ALICE, clientAt(`client-${++clients}`)), sapEpoch, ...particulars }, policy);

const sync = (world: SyncPorts, listed: readonly string[], particulars: Partial<SyncRequest> = {}) =>
  new Sync(world, USUAL_POLICY).execute({
    peer: OPERATOR,
    syncID: 'sync-1',
    sapEpoch: 'n:2',
    part: 1,
    parts: 1,
    entries: listed.map((userSessionID) => ({ userSessionID, timeToLiveS: undefined })),
    ...particulars,
  });

const livesOf = (world: SessionWorld, ids: readonly UserSessionID[], peer = OPERATOR) =>
  Promise.all(ids.map((id) => world.isLive(id, peer)));

describe('a sync', () => {
  it('keeps alive what it lists, tags it with its epoch, and answers like a batch', async () => {
    const world = new SessionWorld();
    const a = await session(world, 'n:1', { timeToLiveS: 100 });
    const b = await session(world, undefined, { timeToLiveS: 100 });
    world.clock.advance(150_000);
    const outcome = await sync(world, [a, b, 'never']);
    expect(outcome).toEqual({
      answer: {
        code: 201,
        keepAliveTimeS: 100,
        exceptions: [],
        failures: [{ code: 604, userSessionIDs: ['never'] }],
      },
      leftOut: 0,
    });
    world.clock.advance(150_000);
    expect(await world.sweep()).toBe(0);
    const later = await sync(world, [b], { syncID: 'sync-2' });
    expect(later.leftOut).toBe(1);
    expect(await livesOf(world, [a, b])).toEqual([false, true]);
  });

  it('F9: of a node that lost everything ends what its earlier incarnation left, at once, with 601', async () => {
    const world = new SessionWorld();
    const ids = [await session(world, 'n:1'), await session(world, 'n:1', { user: userOf(BOB) })];
    expect(await sync(world, [])).toMatchObject({
      answer: { code: 200, keepAliveTimeS: 3600 },
      leftOut: 2,
    });
    expect(await livesOf(world, ids)).toEqual([false, false]);
    expect(world.ledger.outbox.map(({ cause }) => cause)).toEqual(['left-out-of-sync', 'left-out-of-sync']);
    expect(await world.live.count()).toEqual({ sessions: 0, deadlines: 0 });
  });

  it('F9: of a node that kept everything ends nothing', async () => {
    const world = new SessionWorld();
    const ids = [await session(world, 'n:1'), await session(world, 'n:1'), await session(world, 'n:1')];
    expect(await sync(world, ids)).toMatchObject({ answer: { code: 200 }, leftOut: 0 });
    expect(await livesOf(world, ids)).toEqual([true, true, true]);
  });

  it('leaves alone what was made or used within 120 s before its first part', async () => {
    const world = new SessionWorld();
    const old = await session(world, 'n:2');
    world.clock.advance(1);
    const young = await session(world, 'n:2');
    world.clock.advance(120_000);
    expect((await sync(world, [])).leftOut).toBe(1);
    expect(await livesOf(world, [old, young])).toEqual([false, true]);
  });

  it('never touches another peer, nor, where its epoch names a node, another node or an untagged session', async () => {
    const world = new SessionWorld();
    const untouched = [await session(world, 'm:1'), await session(world, undefined)];
    const theirs = await session(world, 'n:1', { peer: OTHER_OPERATOR, user: userOf(BOB) });
    world.clock.advance(600_000);
    expect((await sync(world, [theirs])).answer.code).toBe(604);
    expect(await livesOf(world, untouched)).toEqual([true, true]);
    expect(await livesOf(world, [theirs], OTHER_OPERATOR)).toEqual([true]);
  });

  it('speaks for all of its peer where its epoch names no node', async () => {
    const world = new SessionWorld();
    const ids = [
      await session(world, 'm:1'),
      await session(world, undefined),
      await session(world, 'second'),
    ];
    world.clock.advance(600_000);
    const fresh = await session(world, 'second');
    expect((await sync(world, [], { sapEpoch: 'second' })).leftOut).toBe(3);
    expect(await livesOf(world, [...ids, fresh])).toEqual([false, false, false, true]);
  });
});

describe('a sync in parts', () => {
  it('ends nothing before the last part is there, and then spares what any part listed', async () => {
    const world = new SessionWorld();
    const [a, b, lost] = [
      await session(world, 'n:1'),
      await session(world, 'n:1'),
      await session(world, 'n:1'),
    ];
    expect((await sync(world, [b], { part: 2, parts: 2 })).leftOut).toBeUndefined();
    expect(await world.isLive(lost)).toBe(true);
    expect((await sync(world, [a], { part: 1, parts: 2 })).leftOut).toBe(1);
    expect(await livesOf(world, [a, b, lost])).toEqual([true, true, false]);
  });

  it('that is not complete after 60 s ends nothing', async () => {
    const world = new SessionWorld();
    const lost = await session(world, 'n:1');
    await sync(world, [], { part: 1, parts: 2 });
    world.clock.advance(60_000);
    expect((await sync(world, [], { part: 2, parts: 2 })).leftOut).toBeUndefined();
    expect(await world.isLive(lost)).toBe(true);
  });

  it('counts the 120 s from its first part, whenever its last one comes', async () => {
    const world = new SessionWorld();
    await sync(world, [], { part: 1, parts: 2 });
    const since = await session(world, 'n:2');
    world.clock.advance(59_000);
    expect((await sync(world, [], { part: 2, parts: 2 })).leftOut).toBe(0);
    expect(await world.isLive(since)).toBe(true);
  });
});

describe('a sync of a peer with many sessions', () => {
  it('goes through them in batches that the stores can take', async () => {
    const world = new SessionWorld();
    const many = STORE_BATCH + 20;
    const particulars = { sapEpoch: 'n:1', account: ALICE };
    for (let i = 0; i < many; i++) {
      const one = aSession({ ...particulars, client: clientAt(`many-${i}`) });
      const birth = { session: one, transactionID: `many-${i}`, accountVersion: 1 };
      await world.ledger.open(birth, { sameClient: 'reject', sessionsPerUser: many, overLimit: 'reject' });
      await world.live.put(one);
    }
    expect((await sync(world, [])).leftOut).toBe(many);
    expect(await world.ledger.countLive()).toBe(0);
    expect(await world.live.count()).toEqual({ sessions: 0, deadlines: 0 });
  });

  it('that crashes between claim and end leaves the rest to the sweeper', async () => {
    const world = new SessionWorld();
    const id = await session(world, 'n:1');
    const ledger = differing(world.ledger, { end: () => Promise.reject(new Error('the database is away')) });
    await expect(sync(differing(world, { ledger }), [])).rejects.toThrow('the database is away');
    expect(await world.isLive(id)).toBe(false);
    world.clock.advance(30_000);
    expect(await world.sweep()).toBe(1);
    expect(world.ledger.outbox).toEqual([{ id, peer: OPERATOR, cause: 'left-out-of-sync' }]);
  });
});
