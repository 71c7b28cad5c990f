import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DueDisconnect, EndCause, ServiceID, UserSessionID } from '@sap2/session-core';
import { aSession, clientAt, describeDisconnectOutboxContract, OPERATOR } from '@sap2/test-support';
import { BACKLOG_BY_PEER, CLAIM, PEERS_WITH_DUE, SETTLE } from './disconnect-outbox-statements.js';
import { storeUnderTest, type StoreUnderTest } from './store-under-test.fixture.js';

let test: StoreUnderTest;
beforeAll(async () => {
  test = await storeUnderTest();
  await test.reset();
});
afterAll(() => test.close());

/** A login needs an agreement. */
async function allow(peer: ServiceID, domain: string): Promise<void> {
  await test.sql(
    `INSERT INTO agreement (service_id, own_service_id, answer_mode, digest_schemas, namespace)
     VALUES ($1, 'wv:@provider.example', 'inline', '{}', 'n') ON CONFLICT DO NOTHING`,
    [peer],
  );
  await test.sql('INSERT INTO agreement_domain VALUES ($1, $2) ON CONFLICT DO NOTHING', [peer, domain]);
}

async function owe(peer: ServiceID, cause: EndCause, reason: string | undefined): Promise<UserSessionID> {
  const { ledger } = test.store;
  const session = aSession({ peer });
  await allow(peer, session.domain);
  const policy = { sameClient: 'takeover', sessionsPerUser: 8, overLimit: 'evict-oldest' } as const;
  await ledger.open({ session, transactionID: session.id, accountVersion: 1 }, policy);
  await ledger.end([session.id], cause, { reason, onlyOwnedBy: undefined });
  return session.id;
}

describeDisconnectOutboxContract('PostgresDisconnectOutbox', () =>
  Promise.resolve({
    outbox: test.store.outbox,
    owe,
    letPass: (ms: number) => test.letPass(ms),
    close: () => Promise.resolve(),
  }),
);

/** Rows as `end` writes them, as many as a bad day leaves. */
const fill = (count: number, state: 'pending' | 'acknowledged', peers: number): Promise<unknown> =>
  test.sql(
    `INSERT INTO disconnect_outbox (transaction_id, peer, session_id, user_id, client, cause, state, settled_at)
     SELECT 'd-' || gen_random_uuid(), 'wv:@p' || n % $3 || '.example', 's' || n, 'u', $4, 'expired', $2,
       CASE WHEN $2 = 'pending' THEN NULL ELSE now() END
     FROM generate_series(1, $1::int) AS n`,
    [count, state, peers, clientAt('c')],
  );

describe('PostgresDisconnectOutbox', () => {
  beforeEach(() => test.reset());

  it('V2: gives every row to one of four workers only, all rows in the end, each worker its oldest first', async () => {
    await fill(2_000, 'pending', 1);
    const peer = 'wv:@p0.example' as ServiceID;
    const work = async (): Promise<DueDisconnect[]> => {
      const mine: DueDisconnect[] = [];
      for (;;) {
        const rows = await test.store.outbox.claim(peer, 50, 60_000);
        if (rows.length === 0) return mine;
        mine.push(...rows);
      }
    };
    const shares = await Promise.all([work(), work(), work(), work()]);
    const ids = shares.flat().map(({ id }) => id);
    expect(ids).toHaveLength(2_000);
    expect(new Set(ids).size).toBe(2_000);
    for (const share of shares) {
      const mine = share.map(({ id }) => Number(id));
      expect(mine).toEqual(mine.toSorted((a, b) => a - b));
    }
  });

  it('does not deadlock when many settle the same rows in another order', async () => {
    await fill(200, 'pending', 1);
    const rows = await test.store.outbox.claim('wv:@p0.example' as ServiceID, 200, 60_000);
    const settlements = rows.map(({ id }) => ({ id, result: 'held', retryInMs: 0 }) as const);
    const orders = [settlements, settlements.toReversed(), settlements.toSorted(() => 1)];
    await Promise.all([...orders, ...orders, ...orders].map((order) => test.store.outbox.settle(order)));
    expect((await test.store.outbox.backlog()).pending).toBe(200);
  });

  it('finds what is due without reading what is settled', async () => {
    await fill(60_000, 'acknowledged', 10);
    await fill(40, 'pending', 4);
    await test.sql('ANALYZE disconnect_outbox');
    const settlement = JSON.stringify([{ id: '60001', result: 'acknowledged' }]);
    for (const [statement, parameters] of [
      [CLAIM, ['wv:@p1.example', 500, 60_000]],
      [PEERS_WITH_DUE, [100]],
      [BACKLOG_BY_PEER, []],
      [SETTLE, [settlement]],
    ] as const) {
      const plan = await test.sql(`EXPLAIN ${statement}`, [...parameters]);
      expect(JSON.stringify(plan)).not.toContain('Seq Scan on disconnect_outbox');
    }
    expect(await test.store.outbox.peersWithDue(3)).toHaveLength(3);
    expect(await test.store.outbox.claim('wv:@p1.example' as ServiceID, 500, 60_000)).toHaveLength(10);
  });

  it('never gives the same transactionID twice', async () => {
    await owe(OPERATOR, 'expired', undefined);
    const [row] = await test.store.outbox.claim(OPERATOR, 1, 60_000);
    expect(row?.transactionID).toMatch(/^d-[0-9a-f-]{36}$/);
    const again = test.sql(
      `INSERT INTO disconnect_outbox (transaction_id, peer, session_id, user_id, client, cause, state)
       SELECT transaction_id, peer, session_id, user_id, client, cause, state FROM disconnect_outbox`,
    );
    await expect(again).rejects.toThrow('disconnect_outbox_transaction_id_key');
  });
});
