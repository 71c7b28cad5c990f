import { describe, expect, it } from '@jest/globals';
import type { EventFeed } from './event-feed.port.js';
import { EventTail, type TailReader } from './event-tail.js';
import type { FeedEvent } from './feed-event.js';

const eventAt = (position: bigint, type: FeedEvent['type'] = 'session.started'): FeedEvent => ({
  id: String(position),
  position,
  type,
  atMs: 0,
  domain: undefined,
  account: undefined,
  sessionID: undefined,
  client: undefined,
  peer: undefined,
  data: {},
});

/** A feed in memory, whose tail looks when the test says so. */
class World {
  readonly events: FeedEvent[] = [];
  readonly failures: unknown[] = [];
  looks = 0;
  dropped = 0n;
  listeners = 0;
  private waiting: (() => void)[] = [];
  private readonly feed: EventFeed = {
    page: ({ after, limit, types }) => {
      this.looks += 1;
      if (after !== undefined && after < this.dropped)
        return Promise.resolve({ kind: 'gone', oldest: this.dropped });
      const rest = this.events.filter(({ position }) => position > (after ?? this.dropped));
      const seen = rest.slice(0, limit);
      return Promise.resolve({
        kind: 'page',
        events: seen.filter(({ type }) => types.length === 0 || types.includes(type)),
        next: seen.at(-1)?.position ?? after ?? 0n,
        isLast: rest.length === seen.length,
      });
    },
    latest: () => Promise.resolve(this.events.at(-1)?.position ?? 0n),
    onWake: () => {
      this.listeners += 1;
      return () => void (this.listeners -= 1);
    },
  };
  readonly tail = new EventTail(
    this.feed,
    (_ms, signal) =>
      new Promise((resolve) => {
        this.waiting.push(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      }),
    (error) => void this.failures.push(error),
  );

  happen(count: number, type?: FeedEvent['type']): void {
    for (let n = 0; n < count; n++) this.events.push(eventAt(BigInt(this.events.length + 1), type));
  }

  /** The pauses of the tail end, and it looks. */
  async look(): Promise<void> {
    await turns();
    for (const resolve of this.waiting.splice(0)) resolve();
    await turns();
  }

  async reader(after: TailReader['after'], types: TailReader['types'] = []) {
    const leaving = new AbortController();
    const seen: bigint[] = [];
    const take = (events: readonly FeedEvent[]): void =>
      void seen.push(...events.map(({ position }) => position));
    const joined = await this.tail.join({
      after,
      types,
      domains: [],
      begin: () => undefined,
      catchUp: (events) => Promise.resolve(take(events)),
      follow: take,
      signal: leaving.signal,
    });
    return { joined, seen, leave: () => leaving.abort() };
  }
}

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};

describe('EventTail', () => {
  it('gives each reader everything after its position once: from pages, from memory, and as it happens', async () => {
    const world = new World();
    world.happen(2_500);
    const old = await world.reader(10n);
    const first = await world.reader('oldest');
    const now = await world.reader('latest');
    world.happen(2);
    await world.look();
    const late = await world.reader(2_501n);
    world.happen(1);
    await world.look();
    const range = (from: number): bigint[] =>
      Array.from({ length: 2_503 - from }, (_, place) => BigInt(from + place + 1));
    expect([old.seen, first.seen, now.seen, late.seen]).toEqual([10, 0, 2_500, 2_501].map(range));
  });

  it('looks once for all readers, and not at all without one', async () => {
    const world = new World();
    const readers = [];
    for (let n = 0; n < 100; n++) readers.push(await world.reader('latest'));
    await turns();
    const before = world.looks;
    world.happen(3);
    await world.look();
    expect(world.looks - before).toBe(1);
    expect(readers.every(({ seen }) => seen.length === 3)).toBe(true);
    for (const { leave } of readers) leave();
    await turns();
    const after = world.looks;
    world.happen(1);
    await world.look();
    await world.look();
    expect([world.looks, world.listeners]).toEqual([after, 0]);
  });

  it('begins anew after a time without readers, and gives no older event twice', async () => {
    const world = new World();
    (await world.reader('latest')).leave();
    await turns();
    world.happen(5);
    const { seen } = await world.reader('latest');
    world.happen(1);
    await world.look();
    expect(seen).toEqual([6n]);
  });

  it('of a type: only these', async () => {
    const world = new World();
    world.happen(3);
    const { seen } = await world.reader('oldest', ['session.ended']);
    world.happen(1, 'session.ended');
    world.happen(1);
    await world.look();
    expect(seen).toEqual([4n]);
  });

  it('says to a reader of dropped events where the feed goes on', async () => {
    const world = new World();
    world.happen(9);
    world.dropped = 5n;
    expect((await world.reader(4n)).joined).toEqual({ kind: 'gone', oldest: 5n });
    expect((await world.reader(5n)).seen).toEqual([6n, 7n, 8n, 9n]);
  });

  it('goes on after a failed look', async () => {
    const world = new World();
    const { seen } = await world.reader('latest');
    world.happen(1);
    const drop = world.dropped;
    world.dropped = 99n;
    await world.look();
    expect(world.failures).toHaveLength(1);
    world.dropped = drop;
    await world.look();
    expect(seen).toEqual([1n]);
  });
});
