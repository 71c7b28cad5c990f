import { afterEach, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { ALPHA, BETA, NEVER, passOf, peerNamed, TIMES, World } from './queues-under-test.fixture.js';

describe('delivery queues, with much to tell', () => {
  let world = new World();
  afterEach(async () => {
    await world.end();
    world = new World();
  });

  /** Full messages, so many; each takes a moment. */
  const much = (messages: number): void => {
    let left = messages;
    world.tell = async (peer) => {
      left -= 1;
      if (left <= 0) world.waiting = [];
      await sleep(5);
      return passOf(peer, { more: left > 0 });
    };
    world.waiting = [ALPHA];
  };

  it('have several messages under way to one peer, and no more than it takes', async () => {
    much(40);
    world.run(TIMES, { messagesPerPeer: 3 });
    await world.until(() => world.waiting.length === 0);
    expect(world.most).toBe(3);
    expect(new Set(world.windows)).toEqual(new Set([500]));
  });

  it('leave room for the others: all messages together are no more than the limit', async () => {
    much(40);
    world.run(TIMES, { messages: 2, messagesPerPeer: 8 });
    await world.until(() => world.waiting.length === 0);
    expect(world.most).toBe(2);
  });

  it('say less at once to a peer that fails, and more again message by message', async () => {
    const answers = [false, false, true, true, true, true];
    world.tell = async (peer) => {
      const reached = answers.shift() ?? true;
      if (answers.length === 0) world.waiting = [];
      if (!reached) world.suspects.add(peer);
      else world.suspects.clear();
      return passOf(peer, { reached, more: answers.length > 0 });
    };
    world.waiting = [ALPHA];
    world.run(TIMES, { messagesPerPeer: 1, batchSize: 8 });
    await world.until(() => world.windows.length >= 6);
    expect(world.windows.slice(0, 6)).toEqual([8, 4, 2, 4, 8, 8]);
  });

  it('try a peer that is suspect with one disconnect when they know nothing else about it', async () => {
    world.suspects.add(ALPHA);
    world.waiting = [ALPHA];
    world.run();
    await world.until(() => world.waiting.length === 0);
    expect(world.windows).toEqual([1]);
  });

  it('let dead peers take nothing from the living, however many they are', async () => {
    const dead = Array.from({ length: 20 }, (_, i) => peerNamed(`dead-${i}`));
    for (const peer of dead) world.suspects.add(peer);
    world.hang(...dead);
    world.waiting = [...dead, ALPHA, BETA];
    world.run(NEVER, { messages: 2 });
    await world.until(() => world.begun.includes(ALPHA) && world.begun.includes(BETA));
    expect(world.begun.filter((peer) => dead.includes(peer))).toHaveLength(1);
  });
});
