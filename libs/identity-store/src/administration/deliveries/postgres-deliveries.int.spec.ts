import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Actor, DeliveryFilter } from '@sap2/administration';
import type { ServiceID } from '@sap2/session-core';
import { aSession, OPERATOR } from '@sap2/test-support';
import { storeUnderTest, type StoreUnderTest } from '../../store-under-test.fixture.js';
import { allPages, fill, scannedWhole } from '../filled-store.fixture.js';
import { pageOfDeliveries } from './postgres-deliveries.js';
import { STATE } from './postgres-peer-lines.js';

const ACTOR: Actor = { name: 'tester', from: 'local', requestID: 'r-1' };
const HOUR_MS = 3_600_000;

let test: StoreUnderTest;
beforeAll(async () => {
  test = await storeUnderTest();
});
afterAll(() => test.close());

async function owe(): Promise<string> {
  const { ledger } = test.store;
  const session = aSession({ peer: OPERATOR });
  const policy = { sameClient: 'takeover', sessionsPerUser: 8, overLimit: 'evict-oldest' } as const;
  await ledger.open({ session, transactionID: session.id, accountVersion: 1 }, policy);
  await ledger.end([session.id], 'administrator', { reason: undefined, onlyOwnedBy: undefined });
  const [row] = await test.sql<{ id: string }>('SELECT id FROM disconnect_outbox WHERE session_id = $1', [
    session.id,
  ]);
  return row?.id ?? '';
}

const settle = async (id: string, result: 'acknowledged' | 'undelivered' | 'failed'): Promise<void> => {
  const settlement = { id, result, error: 'refused', retryInMs: HOUR_MS };
  await test.store.outbox.settle([settlement]);
};

const actions = async (): Promise<string[]> =>
  (
    await test.sql<{ action: string }>(`SELECT action FROM audit_entry WHERE actor = 'tester' ORDER BY seq`)
  ).map(({ action }) => action);

describe('deliveries as administrators change them', () => {
  beforeEach(() => test.reset());

  it('tell their last ten attempts, and how each went', async () => {
    const id = await owe();
    for (let attempt = 0; attempt < 12; attempt++) await settle(id, 'failed');
    await settle(id, 'acknowledged');
    const found = await test.store.deliveries.find(id);
    expect(found).toMatchObject({ state: 'acknowledged', attempts: 13, lastError: undefined });
    expect(found?.lastAttempts).toHaveLength(10);
    expect(found?.lastAttempts.at(0)).toMatchObject({ outcome: 'failed', error: 'refused' });
    expect(found?.lastAttempts.at(-1)).toMatchObject({ outcome: 'acknowledged' });
    expect(await test.store.deliveries.find('999999')).toBeUndefined();
  });

  it('tell an attempt once whose answer came before its receipt was settled', async () => {
    const id = await owe();
    for (let attempt = 0; attempt < 2; attempt++) {
      const [due] = await test.store.outbox.claim(OPERATOR, 1, 1_000);
      const failed = { result: 'failed', error: 'Status 500' } as const;
      await test.store.outbox.settleByTransaction(OPERATOR, due?.transactionID ?? '', failed);
      await test.store.outbox.settle([{ id, result: 'sent', retryInMs: 0 }]);
    }
    await test.store.outbox.claim(OPERATOR, 1, 1_000);
    await test.store.outbox.settle([{ id, result: 'sent', retryInMs: HOUR_MS }]);
    const found = await test.store.deliveries.find(id);
    expect(found?.lastAttempts.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'sent']);
    expect(found?.attempts).toBe(3);
  });

  it('V2: one that was given up is sent again, with the same transactionID and a new horizon', async () => {
    const id = await owe();
    await test.letPass(30 * HOUR_MS);
    const [first] = await test.store.outbox.claim(OPERATOR, 1, 1_000);
    await settle(id, 'undelivered');
    expect(await test.store.deliveries.retry(ACTOR, id)).toMatchObject({
      kind: 'changed',
      details: { id, state: 'pending', attempts: 0 },
    });
    const [again] = await test.store.outbox.claim(OPERATOR, 1, 1_000);
    expect(again?.transactionID).toBe(first?.transactionID);
    expect(again?.ageMs).toBeLessThan(HOUR_MS);
    expect(await actions()).toContain('delivery.retry');
  });

  it('one in back-off is due at once, and its circuit is tried', async () => {
    const id = await owe();
    await test.store.outbox.claim(OPERATOR, 1, 1_000);
    await settle(id, 'failed');
    await test.store.outbox.lineFailed(OPERATOR, 'refused', HOUR_MS);
    expect(await test.store.outbox.peersWithDue(1)).toEqual([]);
    await test.store.deliveries.retry(ACTOR, id);
    expect(await test.store.outbox.claim(OPERATOR, 1, 1_000)).toMatchObject([{ id, attempts: 1 }]);
  });

  it('a cancelled one is not sent, whatever a late worker says, until it is retried', async () => {
    const id = await owe();
    await test.store.outbox.claim(OPERATOR, 1, 1_000);
    expect(await test.store.deliveries.cancel(ACTOR, id)).toMatchObject({ kind: 'changed' });
    await settle(id, 'failed');
    await test.letPass(2 * HOUR_MS);
    expect(await test.store.outbox.claim(OPERATOR, 1, 1_000)).toEqual([]);
    expect(await test.store.deliveries.cancel(ACTOR, id)).toEqual({ kind: 'settled', state: 'cancelled' });
    await test.store.deliveries.retry(ACTOR, id);
    expect(await test.store.outbox.claim(OPERATOR, 1, 1_000)).toHaveLength(1);
  });

  it('one that was acknowledged is neither retried nor cancelled', async () => {
    const id = await owe();
    await settle(id, 'acknowledged');
    const settled = { kind: 'settled', state: 'acknowledged' };
    expect(await test.store.deliveries.retry(ACTOR, id)).toEqual(settled);
    expect(await test.store.deliveries.cancel(ACTOR, id)).toEqual(settled);
    expect(await test.store.deliveries.cancel(ACTOR, '999999')).toEqual({ kind: 'unknown' });
  });
});

describe('a peer that is paused', () => {
  beforeEach(() => test.reset());

  it('V2: gets nothing and loses nothing; resumed, it gets everything, with a new horizon', async () => {
    const ids = [await owe(), await owe()];
    await test.store.outbox.claim(OPERATOR, 1, 1_000);
    await settle(String(ids[0]), 'failed');
    expect(await test.store.peerLines.pause(ACTOR, OPERATOR)).toBe('changed');
    expect(await test.store.peerLines.pause(ACTOR, OPERATOR)).toBe('as-before');
    await test.letPass(10 * 24 * HOUR_MS);
    expect(await test.store.outbox.peersWithDue(10)).toEqual([]);
    expect(await test.store.outbox.claim(OPERATOR, 10, 1_000)).toEqual([]);
    await test.store.outbox.lineFailed(OPERATOR, 'late', 1_000);
    expect(await test.store.outbox.giveUp(HOUR_MS, 10)).toEqual([]);
    await test.store.outbox.lineWorks(OPERATOR);
    expect(await test.store.peerLines.stateOf(OPERATOR)).toMatchObject({
      pausedAtMs: expect.any(Number),
      pending: 2,
    });
    expect(await test.store.peerLines.resume(ACTOR, OPERATOR)).toBe('changed');
    expect(await test.store.peerLines.resume(ACTOR, OPERATOR)).toBe('as-before');
    const due = await test.store.outbox.claim(OPERATOR, 10, 1_000);
    expect(due.map(({ id }) => id)).toEqual(ids);
    expect(due.every(({ ageMs }) => ageMs < HOUR_MS)).toBe(true);
    expect(await actions()).toEqual(expect.arrayContaining(['deliveries.pause', 'deliveries.resume']));
  });

  it('whose circuit is open is tried when it is resumed', async () => {
    await owe();
    await test.store.outbox.lineFailed(OPERATOR, 'refused', HOUR_MS);
    expect(await test.store.peerLines.stateOf(OPERATOR)).toMatchObject({
      circuit: 'open',
      failures: 1,
      lastError: 'refused',
    });
    await test.store.peerLines.pause(ACTOR, OPERATOR);
    await test.store.peerLines.resume(ACTOR, OPERATOR);
    expect(await test.store.outbox.claim(OPERATOR, 10, 1_000)).toHaveLength(1);
  });

  it('has an agreement', async () => {
    const stranger = 'wv:@stranger.example' as ServiceID;
    expect(await test.store.peerLines.pause(ACTOR, stranger)).toBe('unknown');
    expect(await test.store.peerLines.stateOf(stranger)).toMatchObject({ circuit: 'closed', pending: 0 });
  });

  it('is tried soon after its agreement was changed', async () => {
    await owe();
    await test.store.outbox.lineFailed(OPERATOR, 'nowhere', HOUR_MS);
    await test.sql('UPDATE agreement SET updated_at = now() WHERE service_id = $1', [OPERATOR]);
    await test.letPass(3_000);
    expect(await test.store.outbox.peersWithDue(10)).toEqual([{ peer: OPERATOR, isSuspect: true }]);
  });
});

describe('deliveries as administrators look for them', () => {
  const COUNT = 20_000;
  beforeAll(async () => {
    await test.reset();
    await fill(test, COUNT);
  });

  const none = { state: undefined, peer: undefined, createdBeforeMs: undefined, createdAfterMs: undefined };
  const peer = 'wv:@p1.example' as ServiceID;
  const createdAfterMs = Date.now() - 500_000;
  const filters: readonly (readonly [string, Partial<DeliveryFilter>, number | undefined])[] = [
    ['nothing', {}, COUNT],
    ['state', { state: 'undelivered' }, COUNT / 100],
    ['peer', { peer }, COUNT / 20],
    ['peer and state', { peer, state: 'undelivered' }, COUNT / 100],
    ['age', { createdAfterMs }, undefined],
    ['peer, state and age', { peer, state: 'acknowledged', createdBeforeMs: createdAfterMs }, undefined],
  ];

  it.each(filters)(
    'by %s: each once, the oldest first, no table read from end to end',
    async (_by, filter, count) => {
      const asked = { ...none, ...filter };
      const found = await allPages((after, limit) => test.store.deliveries.page(asked, after, limit), 499);
      expect(found.length).toBe(count ?? found.length);
      expect(found.length).toBeGreaterThan(0);
      expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
      const ages = found.map(({ createdAtMs }) => createdAtMs);
      expect(ages).toEqual(ages.toSorted((a, b) => a - b));
      expect(await scannedWhole(test, ...pageOfDeliveries(asked, undefined, 51))).toEqual([]);
      expect(
        await scannedWhole(test, ...pageOfDeliveries(asked, ['2026-11-20 00:00:00+00', '1'], 51)),
      ).toEqual([]);
    },
  );

  it('and what waits for one peer is counted along the index', async () => {
    expect(await scannedWhole(test, STATE, [peer])).toEqual([]);
    expect(await test.store.peerLines.stateOf(peer)).toMatchObject({ pending: 0, undelivered: COUNT / 100 });
  });
});
