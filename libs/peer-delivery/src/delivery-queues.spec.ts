import { afterEach, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeliveryQueues, type DeliveryReport } from './delivery-queues.js';
import {
  ALPHA,
  BETA,
  DELTA,
  GAMMA,
  QUEUE_LIMITS,
  NEVER,
  passOf,
  pause,
  TIMES,
  World,
} from './queues-under-test.fixture.js';

describe('delivery queues', () => {
  let world = new World();
  afterEach(async () => {
    await world.end();
    world = new World();
  });

  it('look by themselves now and then', async () => {
    world.run();
    await sleep(30);
    world.waiting = [ALPHA];
    await world.until(() => world.waiting.length === 0);
    expect(world.passes).toEqual([passOf(ALPHA)]);
  });

  it('look soon after a ring', async () => {
    world.run(NEVER);
    await world.until(() => world.listening === 1);
    await sleep(20);
    world.waiting = [ALPHA];
    world.ring();
    await world.until(() => world.waiting.length === 0);
    expect(world.passes).toEqual([passOf(ALPHA)]);
  });

  it('miss no ring that comes while they look', async () => {
    const { peersWithDue } = world;
    world.peersWithDue = async (limit) => {
      const due = await peersWithDue(limit);
      if (world.looks === 1) {
        world.waiting = [ALPHA];
        world.ring();
      }
      return due;
    };
    world.run(NEVER);
    await world.until(() => world.begun.length === 1);
    expect(world.begun).toEqual([ALPHA]);
  });

  it('let no other peer wait for a peer that hangs, and open no second queue for it', async () => {
    world.hang(ALPHA);
    world.waiting = [ALPHA, BETA];
    world.run();
    await world.until(() => world.begun.includes(BETA));
    world.waiting = [ALPHA, GAMMA];
    await world.until(() => world.begun.includes(GAMMA));
    await sleep(30);
    expect(world.begun.filter((peer) => peer === ALPHA)).toHaveLength(1);
    world.letGo(ALPHA);
    await world.until(() => world.waiting.length === 0);
  });

  it('are no more than the limit; the next opens when one closes', async () => {
    world.hang(ALPHA, BETA, GAMMA, DELTA);
    world.waiting = [ALPHA, BETA, GAMMA, DELTA];
    world.run(NEVER, { messages: 2 });
    await world.until(() => world.begun.length === 2);
    await sleep(20);
    expect(world.begun).toEqual([ALPHA, BETA]);
    world.letGo(BETA);
    await world.until(() => world.begun.length === 3);
    expect(world.begun).toEqual([ALPHA, BETA, GAMMA]);
  });

  it('see past the peers that have a queue or rest, however long these have waited', async () => {
    world.hang(ALPHA);
    const { tell } = world;
    world.tell = async (peer) => (peer === BETA ? passOf(peer, { reached: false }) : tell(peer));
    world.waiting = [ALPHA, BETA];
    world.run({ ...TIMES, restMs: 60_000 }, { messages: 2 });
    await world.until(() => world.begun.length === 2);
    world.waiting = [ALPHA, BETA, GAMMA];
    await world.until(() => world.begun.includes(GAMMA));
    expect(world.begun).toEqual([ALPHA, BETA, GAMMA]);
  });

  it('go on with a peer as long as more is due and it listens', async () => {
    const passes = [
      passOf(ALPHA, { more: true }),
      passOf(ALPHA, { more: true }),
      passOf(ALPHA, { more: true, reached: false }),
      passOf(ALPHA),
    ];
    world.tell = async () => {
      if (passes.length === 1) world.waiting = [];
      return passes.shift() ?? passOf(ALPHA);
    };
    world.waiting = [ALPHA];
    const begin = performance.now();
    world.run(TIMES, { messagesPerPeer: 1 });
    await world.until(() => world.passes.length === 3);
    await world.until(() => world.passes.length === 4);
    expect(performance.now() - begin).toBeGreaterThanOrEqual(TIMES.restMs - 1);
  });

  it('report a failed store, and try again', async () => {
    const { onWake, peersWithDue, tell } = world;
    const once = (error: string, then: () => void) => async () => {
      then();
      throw new Error(error);
    };
    world.onWake = once('cannot listen', () => (world.onWake = onWake));
    const outbox = world;
    outbox.peersWithDue = once('cannot look', () => (outbox.peersWithDue = peersWithDue));
    outbox.tell = once('cannot claim', () => (outbox.tell = tell));
    world.waiting = [ALPHA];
    const live: DeliveryReport = { passed: () => undefined, failed: (e, p) => world.failures.push([e, p]) };
    const queues = new DeliveryQueues(
      { onWake: (callback) => world.onWake(callback), peersWithDue: (limit) => world.peersWithDue(limit) },
      { execute: (...pass) => world.execute(...pass) },
      pause,
      live,
      QUEUE_LIMITS,
      TIMES,
    );
    const running = queues.run(world.stop.signal);
    await world.until(() => world.waiting.length === 0);
    expect(world.failures.map(([error, peer]) => [(error as Error).message, peer])).toEqual([
      ['cannot listen', undefined],
      ['cannot look', undefined],
      ['cannot claim', ALPHA],
    ]);
    world.stop.abort();
    await running;
  });
});

describe('delivery queues that must stop', () => {
  it('finish what is under way, begin nothing, and listen no longer', async () => {
    const world = new World();
    world.hang(ALPHA);
    world.waiting = [ALPHA];
    world.run(NEVER);
    await world.until(() => world.begun.length === 1);
    world.stop.abort();
    world.waiting = [ALPHA, BETA];
    let ended = false;
    const end = world.ended().then(() => (ended = true));
    await sleep(30);
    expect(ended).toBe(false);
    world.letGo(ALPHA);
    await end;
    expect(world.begun).toEqual([ALPHA]);
    expect(world.listening).toBe(0);
  });

  it('end at once while they wait or rest', async () => {
    const world = new World();
    world.tell = async (peer) => passOf(peer, { reached: false, more: true });
    world.waiting = [ALPHA];
    world.run({ ...NEVER, restMs: 60_000, gatherMs: 60_000 });
    await world.until(() => world.passes.length === 1);
    await world.end();
    expect(world.listening).toBe(0);
  });

  it('do not even begin when it is too late already', async () => {
    const world = new World();
    world.stop.abort();
    world.waiting = [ALPHA];
    world.run();
    await world.ended();
    expect(world.looks).toBe(0);
  });
});
