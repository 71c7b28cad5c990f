import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Actor, UserAction, UserChange } from '@sap2/administration';
import type { EventPage, FeedEvent } from '@sap2/event-feed';
import type { SecondLoginPolicy, UserSession } from '@sap2/session-core';
import {
  accountNamed,
  ALICE,
  aSession,
  aUser,
  BOB,
  clientAt,
  OPERATOR,
  outcomeOf,
  plain,
  PROVIDER,
} from '@sap2/test-support';
import pg from 'pg';
import { storeUnderTest, type StoreUnderTest } from '../store-under-test.fixture.js';

const POLICY: SecondLoginPolicy = { sameClient: 'takeover', sessionsPerUser: 8, overLimit: 'evict-oldest' };
const NO_ONE = { reason: undefined, onlyOwnedBy: undefined };
const ROOT: Actor = { name: 'root', from: '192.0.2.1', requestID: 'r1' };
const ALL = { types: [], domains: [], limit: 1_000 } as const;

let test: StoreUnderTest;
/** The end of the feed before each test. */
let start: bigint;
beforeAll(async () => {
  test = await storeUnderTest();
});
afterAll(() => test.close());
beforeEach(async () => {
  await test.reset();
  start = await test.store.events.latest();
});

const open = (session: UserSession) =>
  outcomeOf(test.store.ledger.open({ session, transactionID: session.id, accountVersion: 1 }, POLICY));

type Page = Extract<EventPage, { kind: 'page' }>;
const pageAfter = async (after: bigint, filter: object = {}): Promise<Page> => {
  const page = await test.store.events.page({ ...ALL, after, ...filter });
  if (page.kind !== 'page') throw new Error(page.kind);
  return page;
};
const eventsAfter = async (after: bigint): Promise<readonly FeedEvent[]> => (await pageAfter(after)).events;
const typesAfter = async (after: bigint) => (await eventsAfter(after)).map(({ type }) => type);

/** A transaction of another process that stays open. */
async function heldOpen(...statements: readonly (readonly [string, unknown[]])[]) {
  const client = new pg.Client({ connectionString: test.url });
  await client.connect();
  await client.query('BEGIN');
  for (const [text, values] of statements) await client.query(text, values);
  return {
    run: async (text: string, values: unknown[]): Promise<void> => void (await client.query(text, values)),
    commit: async (): Promise<void> => {
      await client.query('COMMIT');
      await client.end();
    },
  };
}

const END = 'SELECT * FROM session_end($1, $2, NULL, true, NULL)';

describe('the feed of events', () => {
  it('has the life of a session, each event with what northbound §1 says of it', async () => {
    const session = aSession({ client: clientAt('phone-7@handset'), cspVersion: '1.3' });
    await open(session);
    await test.store.ledger.resume(session.id, session);
    await test.store.ledger.agreeServices(session.id, []);
    await test.store.ledger.agreeServices(session.id, ['FWMSG' as never]);
    await test.store.ledger.end([session.id], 'left-out-of-sync', NO_ONE);
    const common = {
      sessionID: session.id,
      account: ALICE,
      domain: PROVIDER,
      peer: OPERATOR,
      client: clientAt('phone-7@handset'),
      id: expect.stringMatching(/^[0-9a-f-]{36}$/u),
      position: expect.any(BigInt),
      atMs: expect.any(Number),
    };
    expect(await eventsAfter(start)).toEqual([
      {
        ...common,
        type: 'session.started',
        data: { cspVersion: '1.3', keepAliveTimeS: 3600, resumed: false },
      },
      { ...common, type: 'session.resumed', data: {} },
      { ...common, type: 'session.services-changed', data: { functions: ['FWMSG'] } },
      { ...common, type: 'session.ended', data: { cause: 'left-out', code: 601 } },
    ]);
  });

  it('has a replaced session before the session that replaced it', async () => {
    const [first, second] = [aSession(), aSession()];
    await open(first);
    await open(second);
    const events = await eventsAfter(start);
    expect(events.map(({ type, sessionID }) => [type, sessionID])).toEqual([
      ['session.started', first.id],
      ['session.ended', first.id],
      ['session.started', second.id],
    ]);
    expect(events[1]?.data).toEqual({ cause: 'replaced', code: 601 });
  });

  it('no reader passes an event of a transaction that is still open: it comes later, and others do not wait', async () => {
    const [early, late] = [aSession(), aSession({ account: BOB })];
    await open(early);
    const before = await test.store.events.latest();
    const slow = await heldOpen([END, [[early.id], 'expired']]);
    await open(late);
    const seen = await pageAfter(before);
    expect(seen.events.map(({ type, sessionID }) => [type, sessionID])).toEqual([
      ['session.started', late.id],
    ]);
    expect(await eventsAfter(seen.next)).toEqual([]);
    await slow.commit();
    const rest = await eventsAfter(seen.next);
    expect(rest.map(({ type, sessionID }) => [type, sessionID])).toEqual([['session.ended', early.id]]);
    expect(await typesAfter(before)).toEqual(['session.started', 'session.ended']);
  });

  it('a long transaction that has nothing to do with events does not hold the feed back', async () => {
    const foreign = await heldOpen(
      ['UPDATE peer_line SET failures = 1', []],
      ['SELECT pg_current_xact_id()', []],
    );
    await open(aSession());
    expect(await typesAfter(start)).toEqual(['session.started']);
    await foreign.commit();
  });

  it('keeps the order of a session also where the later change has the older transaction', async () => {
    const [first, second] = [aSession(), aSession({ client: clientAt('tablet-2@handset') })].toSorted(
      (a, b) => (a.id < b.id ? -1 : 1),
    );
    if (first === undefined || second === undefined) throw new Error('two sessions');
    await open(first);
    await open(second);
    const before = await test.store.events.latest();
    // It has its number before the resume has one, and ends `second` after the resume.
    const older = await heldOpen([END, [[first.id], 'expired']]);
    await test.store.ledger.resume(second.id, second);
    await older.run(END, [[second.id], 'expired']);
    await older.commit();
    const of = (await eventsAfter(before)).filter(({ sessionID }) => sessionID === second.id);
    expect(of.map(({ type }) => type)).toEqual(['session.resumed', 'session.ended']);
  });

  it('many writers and many readers: each reader sees each event once, in one order', async () => {
    const accounts = [ALICE, BOB] as const;
    let isWriting = true;
    const write = async (worker: number): Promise<void> => {
      for (let round = 0; round < 15; round++) {
        const account = accounts[worker % 2] ?? ALICE;
        const session = aSession({ account, client: clientAt(`c-${worker}-${round}`) });
        await open(session);
        await test.store.ledger.end([session.id], 'logout', NO_ONE);
      }
    };
    const readAll = async (limit: number): Promise<string[]> => {
      const ids: string[] = [];
      let after = start;
      for (;;) {
        const wasWriting = isWriting;
        const page = await pageAfter(after, { limit });
        ids.push(...page.events.map(({ id }) => id));
        after = page.next;
        if (!wasWriting && page.isLast) return ids;
      }
    };
    const readers = [1, 7, 1000].map(readAll);
    await Promise.all(Array.from({ length: 6 }, (_, worker) => write(worker)));
    isWriting = false;
    const [one, ...others] = await Promise.all(readers);
    expect(one).toHaveLength(6 * 15 * 2);
    expect(new Set(one).size).toBe(6 * 15 * 2);
    for (const other of others) expect(other).toEqual(one);
    const events = await eventsAfter(start);
    for (const { sessionID } of events) {
      const types = events.filter((event) => event.sessionID === sessionID).map(({ type }) => type);
      expect(types).toEqual(['session.started', 'session.ended']);
    }
  });

  it('of a type and of a domain; a page says where the search goes on', async () => {
    const session = aSession();
    await open(session);
    await test.store.ledger.end([session.id], 'logout', NO_ONE);
    const ended = await pageAfter(start, { types: ['session.ended'], limit: 1 });
    expect(ended.events.map(({ type }) => type)).toEqual(['session.ended']);
    expect(ended.next).toBe(await test.store.events.latest());
    const elsewhere = await pageAfter(start, { domains: ['elsewhere.example'] });
    expect([elsewhere.events, elsewhere.next, elsewhere.isLast]).toEqual([[], ended.next, true]);
    expect((await pageAfter(start, { domains: [PROVIDER] })).events).toHaveLength(2);
  });

  it('a copy of the database continues beyond every position of the original', async () => {
    await open(aSession());
    const original = await test.store.events.latest();
    await test.sql(`UPDATE event_head SET last = 17, origin = 'the original'`);
    await open(aSession({ client: clientAt('another@handset') }));
    const copy = await test.store.events.latest();
    expect(copy >> 30n >= original >> 30n).toBe(true);
    expect(copy > 17n).toBe(true);
  });

  it('tells other processes that there is something new', async () => {
    const woken = new Promise<void>((resolve) => void test.store.events.onWake(resolve));
    await open(aSession());
    await test.store.events.latest();
    await expect(woken).resolves.toBeUndefined();
  });

  it('has what happens to users and agreements, and who ended their sessions', async () => {
    const { users, agreementBook } = test.store;
    const carol = accountNamed('carol');
    await plain(users).create(ROOT, aUser({ id: carol }));
    const account = await test.store.accounts.find(carol);
    const session = aSession({ account: carol });
    const birth = { session, transactionID: session.id, accountVersion: account?.version ?? 0 };
    await outcomeOf(test.store.ledger.open(birth, POLICY));
    const changed = async (action: UserAction, change: UserChange): Promise<void> =>
      void (await plain(users).change(ROOT, { id: carol, action, change, expectedRevision: undefined }));
    await changed('user.suspend', { suspension: { suspended: true, reason: 'lost phone' } });
    await changed('user.reactivate', { suspension: { suspended: false } });
    const credentials = { kind: 'password', password: 'another one', challengeLogin: true } as const;
    await changed('user.password', { credentials });
    const imported = aUser({ id: accountNamed('dora') });
    await plain(users).importBatch(ROOT, [imported], { dryRun: false });
    await plain(users).importBatch(
      ROOT,
      [{ ...imported, suspension: { suspended: true, reason: undefined } }],
      {
        dryRun: false,
      },
    );
    await plain(users).delete(ROOT, carol, undefined);
    await outcomeOf(agreementBook.remove(ROOT, OPERATOR, undefined));
    const events = await eventsAfter(start);
    expect(events.map(({ type, account: of, peer }) => [type, of ?? peer])).toEqual([
      ['user.created', carol],
      ['session.started', carol],
      ['user.suspended', carol],
      ['session.ended', carol],
      ['user.reactivated', carol],
      ['user.credentials-changed', carol],
      ['user.created', imported.id],
      ['user.suspended', imported.id],
      ['user.deleted', carol],
      ['agreement.ended', OPERATOR],
    ]);
    expect(events[3]?.data).toEqual({ cause: 'suspended', by: 'root', code: 601 });
    expect(events[9]?.data).toEqual({ enabled: false, domains: [PROVIDER] });
  });

  it('has a disconnect that becomes undelivered', async () => {
    const session = aSession();
    await open(session);
    await test.store.ledger.end([session.id], 'administrator', NO_ONE);
    const [due] = await test.store.outbox.claim(OPERATOR, 1, 60_000);
    if (due === undefined) throw new Error('no disconnect');
    await test.store.outbox.settle([{ id: due.id, result: 'undelivered', error: 'no answer' }]);
    const last = (await eventsAfter(start)).at(-1);
    expect(last).toMatchObject({
      type: 'delivery.undelivered',
      sessionID: session.id,
      account: ALICE,
      peer: OPERATOR,
    });
    expect(last?.data).toEqual({ transactionID: due.transactionID, cause: 'administrator' });
  });

  it('drops whole days, and says to a reader of a dropped day where the feed goes on', async () => {
    await open(aSession());
    const old = await test.store.events.latest();
    await test.sql(`UPDATE event SET numbered_on = numbered_on - 10`);
    await open(aSession({ client: clientAt('kept@handset') }));
    const kept = await test.store.events.latest();
    await test.store.keepEventDays({ daysAhead: 1, daysKept: 9 });
    expect(await test.store.events.page({ ...ALL, after: old - 1n })).toEqual({ kind: 'gone', oldest: old });
    expect((await pageAfter(old)).next).toBe(kept);
    const whole = await test.store.events.page({ ...ALL, after: undefined });
    expect(whole).toMatchObject({ kind: 'page', next: kept });
  });
});
