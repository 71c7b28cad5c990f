import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { EndCause, UserSessionID } from '@sap2/session-core';
import { aSession, BOB, clientAt, OPERATOR, OTHER_OPERATOR, PROVIDER } from '@sap2/test-support';
import { storeUnderTest, type StoreUnderTest } from '../../store-under-test.fixture.js';
import { fill, scannedWhole } from '../filled-store.fixture.js';
import { DAYS, LIVE } from './postgres-statistics.js';

const POLICY = { sameClient: 'takeover', sessionsPerUser: 3, overLimit: 'evict-oldest' } as const;

const NONE = '' as UserSessionID;

let test: StoreUnderTest;
beforeAll(async () => {
  test = await storeUnderTest();
});
afterAll(() => test.close());
beforeEach(() => test.reset());

async function open(changes: Parameters<typeof aSession>[0] = {}): Promise<UserSessionID> {
  const session = aSession(changes);
  await test.store.ledger.open({ session, transactionID: session.id, accountVersion: 1 }, POLICY);
  return session.id;
}

const end = (id: UserSessionID, cause: EndCause) =>
  test.store.ledger.end([id], cause, { reason: undefined, onlyOwnedBy: undefined });

const counted = async () =>
  (
    await test.sql<{ domain: string; peer: string; sessions: number }>(
      'SELECT domain, peer, count(*)::int AS sessions FROM live_session GROUP BY domain, peer ORDER BY domain, peer',
    )
  ).map((row) => ({ ...row }));

describe('the counts of sessions', () => {
  it('V7: are what a count of the rows says, summed up or not, under parallel logins and ends', async () => {
    const ids = await Promise.all(
      Array.from({ length: 24 }, (_, i) =>
        open({ peer: i % 3 === 0 ? OTHER_OPERATOR : OPERATOR, ...(i % 2 === 0 ? { account: BOB } : {}) }),
      ),
    );
    await Promise.all(ids.slice(0, 12).map((id) => end(id, 'logout')));
    expect(await test.store.statistics.live()).toEqual(await counted());
    await Promise.all([test.store.statistics.sumUp(), test.store.statistics.sumUp(), open(), open()]);
    expect(await test.store.statistics.live()).toEqual(await counted());
    while ((await test.store.statistics.sumUp()) > 0);
    expect(await test.sql('SELECT * FROM tally_delta')).toEqual([]);
    expect(await test.store.statistics.live()).toEqual(await counted());
  });

  it('know nothing of what was rolled back', async () => {
    await test.sql(`DO $$ BEGIN
      INSERT INTO live_session SELECT (jsonb_populate_record(s, '{"id": "x", "client_key": "x"}')).* FROM live_session s;
      RAISE EXCEPTION 'no'; EXCEPTION WHEN OTHERS THEN NULL; END $$`);
    expect(await test.store.statistics.live()).toEqual([]);
  });

  it('tell the logins of each day, and the ends by cause', async () => {
    const ids: UserSessionID[] = [];
    for (const name of ['a', 'b', 'c']) ids.push(await open({ client: clientAt(name) }));
    await end(ids[0] ?? NONE, 'expired');
    await end(ids[1] ?? NONE, 'administrator');
    const today = new Date().toISOString().slice(0, 10);
    const expected = { day: today, logins: 3, ends: { administrator: 1, expired: 1 } };
    const [first] = await test.store.statistics.days(2);
    expect(first).toEqual(expected);
    await test.store.statistics.sumUp();
    const days = await test.store.statistics.days(2);
    expect(days).toHaveLength(2);
    expect(days[0]).toEqual(expected);
    expect(days[1]).toMatchObject({ logins: 0, ends: {} });
  });

  it('cost the same however many sessions there are: no table of sessions is read', async () => {
    await fill(test, 5_000);
    for (const [statement, parameters] of [
      [LIVE, []],
      [DAYS, [7]],
    ] as const) {
      expect(await scannedWhole(test, statement, parameters)).toEqual([]);
    }
    const live = await test.store.statistics.live();
    expect(live.reduce((sum, { sessions }) => sum + sessions, 0)).toBe(5_000);
    expect(live).not.toContainEqual(expect.objectContaining({ domain: PROVIDER }));
  });
});
