import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Positions } from '@sap2/event-feed';
import {
  DeliverEvents,
  MessageWriter,
  SendWebhook,
  type SubscriptionLines,
  webhookSecret,
} from '@sap2/webhooks';
import { storeUnderTest, type StoreUnderTest } from '../store-under-test.fixture.js';

const ACTOR = { name: 'tester', from: 'local', requestID: 'r-1' };
const SETTINGS = {
  name: 'presence',
  url: 'http://receiver.example/hook',
  types: [],
  domains: [],
  format: 'events',
  batch: 1,
} as const;
const EVERY = { well: 10, suspect: 10 };

let on: StoreUnderTest;
beforeAll(async () => void (on = await storeUnderTest()));
afterAll(() => on.close());
beforeEach(() => on.reset());

interface Sent {
  readonly id: string | undefined;
  readonly body: string;
}

async function subscribe(batch = 1): Promise<string> {
  const secret = webhookSecret(new Uint8Array(32));
  const cursor = await on.store.events.latest();
  const created = await on.store.subscriptions.create(ACTOR, { ...SETTINGS, batch }, secret, cursor);
  if (created.kind !== 'created') throw new Error(created.kind);
  return created.subscription.id;
}

const happen = (times: number) =>
  on.sql(
    `INSERT INTO event_inbox (type, account) SELECT 'user.suspended', 'wv:a@x' FROM generate_series(1, $1::integer)`,
    [times],
  );

/** Delivers what is due to a receiver that answers 204. `broken`: methods of the store that fail. */
async function deliver(broken: Partial<SubscriptionLines> = {}): Promise<readonly Sent[]> {
  const sent: Sent[] = [];
  const caller = {
    post: async (_url: string, body: Uint8Array, _ms: number, headers: Readonly<Record<string, string>>) => {
      sent.push({ id: headers['webhook-id'], body: Buffer.from(body).toString('utf8') });
      return { kind: 'answer' as const, httpStatus: 204 };
    },
  };
  const clock = { nowMs: () => Date.now() };
  const { subscriptionLines: lines, events: feed } = on.store;
  const { pending, record, release } = lines;
  const nothing = (): void => undefined;
  const deliverEvents = new DeliverEvents(
    {
      lines: { pending, record, release, ...broken },
      feed,
      writer: new MessageWriter(new Positions(new Uint8Array(32)), undefined, clock),
      send: new SendWebhook(caller, clock, 1_000),
      clock,
      randomness: { bytes: (count) => new Uint8Array(count), fraction: () => 0 },
      report: { delivered: nothing, failed: nothing, undelivered: nothing, gone: nothing, missed: nothing },
    },
    { horizonMs: 1_000_000, longestRetryMs: 1_000 },
  );
  for (const line of await lines.claimDue(EVERY)) {
    await deliverEvents.execute(line, new AbortController().signal).catch((error: unknown) => {
      if (!(error instanceof Error) || error.message !== 'killed') throw error;
    });
  }
  return sent;
}

const killed = () => Promise.reject(new Error('killed'));
/** The time of each claim is over. */
const letClaimsEnd = () => on.sql('UPDATE subscription SET claimed_until = now()');

describe('subscription lines', () => {
  it('give the same message again after a kill between its sending and its record', async () => {
    await subscribe();
    await happen(2);
    const [first] = await deliver({ record: killed });
    expect(await deliver()).toEqual([]);
    await letClaimsEnd();
    const again = await deliver();
    expect(again.length).toBe(2);
    expect(again[0]).toEqual(first);
  });

  it('give the same batch again, although more events followed', async () => {
    await subscribe(10);
    await happen(3);
    let records = 0;
    const { record } = on.store.subscriptionLines;
    const [first] = await deliver({
      record: (line, step) => (++records === 1 ? record(line, step) : killed()),
    });
    await happen(3);
    await letClaimsEnd();
    const [again, next] = await deliver();
    expect(again).toEqual(first);
    expect((JSON.parse(next?.body ?? '{}') as { items: unknown[] }).items.length).toBe(3);
  });

  it('are claimed by one worker at a time, and not at all without events', async () => {
    await subscribe();
    expect(await on.store.subscriptionLines.claimDue(EVERY)).toEqual([]);
    await happen(1);
    const claims = await Promise.all([1, 2, 3].map(() => on.store.subscriptionLines.claimDue(EVERY)));
    expect(claims.flat().length).toBe(1);
  });

  it('do not let a worker record whose claim is over', async () => {
    const id = await subscribe();
    await happen(1);
    const [line] = await on.store.subscriptionLines.claimDue(EVERY);
    const position = await on.store.events.latest();
    await on.store.subscriptions.replay(ACTOR, id, { kind: 'after', position: position - 1n });
    const step = { cursor: position, news: { kind: 'worked' }, records: [] } as const;
    expect(line && (await on.store.subscriptionLines.record(line, step))).toBe(false);
    expect((await on.store.subscriptions.find(id))?.cursor).toBe(position - 1n);
  });

  it('go on after the oldest event that is kept, and say so', async () => {
    const id = await subscribe();
    await happen(1);
    await on.store.events.latest();
    await on.sql('UPDATE event_head SET dropped = last');
    await happen(1);
    expect((await deliver()).length).toBe(1);
    expect((await on.store.subscriptions.find(id))?.missedAtMs).toBeDefined();
  });

  it('say how old the oldest event is that is not settled', async () => {
    const id = await subscribe();
    expect(await on.store.subscriptionLines.backlogs()).toEqual([{ subscription: id, oldestAgeMs: 0 }]);
    await happen(1);
    await on.store.events.latest();
    await on.sql(`UPDATE event SET at = now() - interval '1 hour'`);
    const [backlog] = await on.store.subscriptionLines.backlogs();
    expect(backlog?.oldestAgeMs).toBeGreaterThanOrEqual(3_600_000);
  });

  it('keep the last thousand messages, and those that can be replayed', async () => {
    const id = await subscribe();
    await on.sql(
      `INSERT INTO webhook_delivery (subscription_id, state, webhook_id, first_position, last_position, events, event_at)
       SELECT $1, CASE WHEN n = 1 THEN 'undelivered' ELSE 'delivered' END, n::text, p.last + n, p.last + n, 1, now()
       FROM generate_series(1, 1100) n, event_head p`,
      [id],
    );
    await on.store.subscriptionLines.prune();
    const kept = await on.sql<{ state: string; count: string }>(
      'SELECT state, count(*) FROM webhook_delivery GROUP BY state ORDER BY state',
    );
    expect(kept).toEqual([
      { state: 'delivered', count: '1000' },
      { state: 'undelivered', count: '1' },
    ]);
  });
});
