import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SecondLoginPolicy, UserSession } from '@sap2/session-core';
import {
  accountNamed,
  ALICE,
  aSession,
  BOB,
  clientAt,
  describeSessionLedgerContract,
  OPERATOR,
  OTHER_OPERATOR,
  outcomeOf,
  plain,
  PROVIDER,
} from '@sap2/test-support';
import pg from 'pg';
import { fill } from './administration/filled-store.fixture.js';
import { rowOf } from './rows/live-session.row.js';
import { changeAccount, storeUnderTest, type StoreUnderTest } from './store-under-test.fixture.js';

const POLICY: SecondLoginPolicy = { sameClient: 'takeover', sessionsPerUser: 8, overLimit: 'evict-oldest' };

let test: StoreUnderTest;
beforeAll(async () => {
  test = await storeUnderTest();
});
afterAll(() => test.close());

const open = (session: UserSession, transactionID = session.id) =>
  outcomeOf(test.store.ledger.open({ session, transactionID, accountVersion: 1 }, POLICY));

describeSessionLedgerContract('PostgresSessionLedger', async () => {
  await test.reset();
  return {
    ledger: plain(test.store.ledger),
    changeAccount: (account, change) => changeAccount(test, account, change),
    letPass: (ms) => test.letPass(ms),
    nowMs: () => Date.now(),
    close: () => Promise.resolve(),
  };
});

describe('PostgresSessionLedger', () => {
  beforeEach(() => test.reset());

  it('V2: writes the end, the history and the duty to tell the owner together', async () => {
    const session = aSession({ sapEpoch: 'n:1', cspVersion: '1.3' });
    await open(session);
    await test.store.ledger.end([session.id], 'administrator', {
      reason: 'by order',
      onlyOwnedBy: undefined,
    });
    const what = { session_id: session.id, peer: OPERATOR, cause: 'administrator', reason: 'by order' };
    expect(await test.sql('SELECT * FROM live_session')).toEqual([]);
    expect(await test.sql('SELECT * FROM session_history')).toEqual([
      expect.objectContaining({
        ...what,
        account: ALICE,
        domain: PROVIDER,
        sap_epoch: 'n:1',
        csp_version: '1.3',
      }),
    ]);
    expect(await test.sql('SELECT * FROM disconnect_outbox')).toEqual([
      expect.objectContaining({
        ...what,
        state: 'pending',
        user_id: ALICE,
        client: { url: 'phone-1@handset' },
      }),
    ]);
  });

  it('V2: notes that a logout owes no disconnect', async () => {
    const session = aSession();
    await open(session);
    await test.store.ledger.end([session.id], 'logout', { reason: undefined, onlyOwnedBy: OPERATOR });
    expect(await test.sql('SELECT state, settled_at IS NOT NULL AS settled FROM disconnect_outbox')).toEqual([
      { state: 'none-owed', settled: true },
    ]);
    expect(await test.store.outbox.peersWithDue(10)).toEqual([]);
  });

  it('V2: owes a disconnect for what a login replaces or evicts', async () => {
    const sessions = Array.from({ length: 9 }, (_, i) =>
      aSession({ client: clientAt(`c${i}`), startedAtMs: i }),
    );
    for (const session of sessions) await open(session);
    await open(aSession({ client: clientAt('c5'), peer: OTHER_OPERATOR }));
    expect(await test.sql('SELECT session_id, cause, state FROM disconnect_outbox ORDER BY id')).toEqual([
      { session_id: sessions[0]!.id, cause: 'evicted', state: 'pending' },
      { session_id: sessions[5]!.id, cause: 'replaced', state: 'pending' },
    ]);
  });

  it('V6: 50 logins of one user at once, watched all the while, never exceed the limit', async () => {
    let highest = 0;
    const over = new AbortController();
    const watch = async (): Promise<void> => {
      while (!over.signal.aborted) highest = Math.max(highest, await test.store.ledger.countLive());
    };
    const watched = watch();
    const logins = Array.from({ length: 50 }, (_, i) => open(aSession({ client: clientAt(`c${i % 20}`) })));
    const outcomes = await Promise.all(logins);
    over.abort();
    await watched;
    expect(outcomes.every(({ kind }) => kind === 'opened')).toBe(true);
    expect(highest).toBeLessThanOrEqual(POLICY.sessionsPerUser);
    expect(await test.store.ledger.countLive()).toBe(POLICY.sessionsPerUser);
    const [counts] = await test.sql(`SELECT (SELECT count(*)::int FROM session_history) AS ended,
      (SELECT count(DISTINCT transaction_id)::int FROM disconnect_outbox) AS owed`);
    expect(counts).toEqual({ ended: 42, owed: 42 });
  });

  it('does not deadlock when logins, ends and drift meet on the same sessions', async () => {
    const ids: UserSession['id'][] = [];
    const login = async (i: number): Promise<void> => {
      const session = aSession({ account: i % 2 ? ALICE : BOB, client: clientAt(`c${i % 12}`) });
      ids.push(session.id);
      await open(session);
    };
    const by = { reason: undefined, onlyOwnedBy: undefined };
    const work = Array.from({ length: 90 }, async (_, i) => {
      if (i % 3 === 0) await login(i);
      else if (i % 3 === 1) await test.store.ledger.end(ids.slice(-15).toReversed(), 'expired', by);
      else
        await test.store.ledger.recordGrants(
          ids.map((id) => ({ id, keepAliveTimeS: i, sapEpoch: undefined })),
        );
    });
    await expect(Promise.all(work)).resolves.toHaveLength(90);
    const [{ kept } = { kept: -1 }] = await test.sql<{ kept: number }>(`
      SELECT (SELECT count(*) FROM live_session)::int + (SELECT count(*) FROM session_history)::int AS kept`);
    expect(kept).toBe(ids.length);
  });

  it('ends at most 500 a call', async () => {
    const ids = Array.from({ length: 501 }, () => aSession().id);
    await expect(
      test.store.ledger.end(ids, 'expired', { reason: undefined, onlyOwnedBy: undefined }),
    ).rejects.toThrow(RangeError);
  });

  it('takes the longest ClientID and user name that the wire allows', async () => {
    const longest = '𝒳'.repeat(256);
    const session = aSession({
      userID: longest,
      client: { url: longest, msisdn: '4'.repeat(32), text: longest, applicationID: longest },
    });
    await open(session);
    expect(await test.store.ledger.find(session.id)).toEqual(session);
  });

  it('lets no account go that has live sessions', async () => {
    await open(aSession());
    await expect(changeAccount(test, ALICE, 'delete')).rejects.toThrow('live_session_account');
  });

  it('reads nothing whole for a login, however much there is', async () => {
    await fill(test, 20_000);
    const account = accountNamed('u1');
    const birth = { session: aSession({ account }), transactionID: 'new', accountVersion: 1 };
    const client = new pg.Client({ connectionString: test.url });
    await client.connect();
    await client.query('BEGIN');
    const { rows } = await client.query<{ kind: string; ended: unknown[] }>(
      `SELECT * FROM session_open($1, 1, 'takeover', 1, 'evict-oldest', 7200, 100)`,
      [rowOf(birth)],
    );
    const { rows: scanned } = await client.query(
      'SELECT relname FROM pg_stat_xact_user_tables WHERE seq_tup_read > 1000',
    );
    await client.end();
    expect(rows).toMatchObject([{ kind: 'opened', ended: [{ cause: 'evicted' }] }]);
    expect(scanned).toEqual([]);
  });
});

describe('a login beside live sessions', () => {
  beforeEach(() => test.reset());

  const openAll = async (...sessions: readonly UserSession[]): Promise<void> => {
    for (const session of sessions) await open(session);
  };
  const at = (url: string, startedAtMs = 0): UserSession => aSession({ client: clientAt(url), startedAtMs });
  const openAs = (session: UserSession, policy: Partial<SecondLoginPolicy>, transactionID = 'new') =>
    outcomeOf(
      test.store.ledger.open({ session, transactionID, accountVersion: 1 }, { ...POLICY, ...policy }),
    );

  it('that is asked for again is answered again, even where the policy rejects', async () => {
    const first = at('a');
    await openAll(at('b'), first);
    const strict = { sameClient: 'reject', sessionsPerUser: 1, overLimit: 'reject' } as const;
    expect(await openAs(at('a'), strict, first.id)).toMatchObject({ kind: 'repeated', session: first });
  });

  it('is not taken for another one that only shares its transactionID', async () => {
    const first = at('a');
    await openAll(first);
    expect(await openAs(at('b'), {}, first.id)).toMatchObject({ kind: 'opened', ended: [] });
    expect(await openAs({ ...at('a'), peer: OTHER_OPERATOR }, {}, first.id)).toMatchObject({
      kind: 'opened',
      ended: [{ id: first.id, cause: 'replaced' }],
    });
  });

  it('evicts the oldest, and of the same age the one with the smallest id', async () => {
    const sessions = [at('a', 3), at('b', 1), at('c', 1)];
    await openAll(...sessions);
    const [first] = sessions.slice(1).toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const outcome = await openAs(at('d', 4), { sessionsPerUser: 3 });
    expect(outcome).toMatchObject({ ended: [{ id: first?.id, peer: OPERATOR, cause: 'evicted' }] });
  });

  it('may both replace one and evict others, when the limit was lowered', async () => {
    const [a, b, c] = [at('a', 1), at('b', 2), at('c', 3)] as const;
    await openAll(a, b, c);
    const outcome = await openAs(at('b', 4), { sessionsPerUser: 2 });
    expect(outcome).toMatchObject({
      kind: 'opened',
      ended: [
        { id: b.id, cause: 'replaced' },
        { id: a.id, cause: 'evicted' },
      ],
    });
    expect(await test.store.ledger.countLive()).toBe(2);
  });
});
