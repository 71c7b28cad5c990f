import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { HistoryFilter, SessionFilter } from '@sap2/administration';
import type { AccountID, Domain, ServiceID } from '@sap2/session-core';
import { storeUnderTest, type StoreUnderTest } from '../../store-under-test.fixture.js';
import { allPages, fill, scannedWhole } from '../filled-store.fixture.js';
import { pageOfHistory, pageOfSessions, sessionsMatching } from './session-statements.js';

const COUNT = 20_000;

let test: StoreUnderTest;
beforeAll(async () => {
  test = await storeUnderTest();
  await test.reset();
  await fill(test, COUNT);
});
afterAll(() => test.close());

const account = 'wv:u77@provider.example' as AccountID;
const peer = 'wv:@p3.example' as ServiceID;
const domain = 'd3.example' as Domain;
const startedAfterMs = Date.now() - 500_000;
const startedBeforeMs = Date.now() - 400_000;

const FILTERS: readonly (readonly [string, SessionFilter, number])[] = [
  ['nothing', {}, COUNT],
  ['the user', { account }, 1],
  ['the peer', { peer }, COUNT / 20],
  ['the domain', { domain }, COUNT / 20],
  ['the client', { client: 'phone-4711' }, 1],
  ['the node', { node: 'node-7' }, COUNT / 50],
  ['peer and client', { peer, client: 'phone-4703' }, 1],
  ['peer and node', { peer, node: 'node-3' }, COUNT / 100],
  ['a client of another peer', { peer, client: 'phone-4711' }, 0],
];

const NO_HISTORY_FILTER: HistoryFilter = {
  account: undefined,
  peer: undefined,
  domain: undefined,
  cause: undefined,
  endedAfterMs: undefined,
  endedBeforeMs: undefined,
};

describe('live sessions as administrators look for them', () => {
  it.each(FILTERS)('by %s: each once, the last to start first, and counted', async (_by, filter, count) => {
    const found = await allPages((after, limit) => test.store.sessions.page(filter, after, limit), 499);
    expect(found).toHaveLength(count);
    expect(new Set(found.map(({ session }) => session.id)).size).toBe(count);
    const starts = found.map(({ session }) => session.startedAtMs);
    expect(starts).toEqual(starts.toSorted((a, b) => b - a));
    expect(await test.store.sessions.count(filter)).toBe(count);
  });

  it('by the time of their start, its begin included', async () => {
    const filter = { startedAfterMs, startedBeforeMs };
    const found = await allPages((after, limit) => test.store.sessions.page(filter, after, limit), 499);
    const starts = found.map(({ session }) => session.startedAtMs);
    expect(starts.every((ms) => ms >= startedAfterMs && ms < startedBeforeMs)).toBe(true);
    expect(found).toHaveLength(COUNT / 10);
    expect(await test.store.sessions.count(filter)).toBe(COUNT / 10);
  });

  it('a ClientID of two forms is found by each, once', async () => {
    await test.sql(`UPDATE live_session SET client = '{"url": "two", "msisdn": "two"}' WHERE account = $1`, [
      account,
    ]);
    expect(await test.store.sessions.page({ client: 'two' }, undefined, 10)).toHaveLength(1);
  });

  it.each([...FILTERS, ['time', { startedAfterMs, startedBeforeMs }, 0] as const])(
    'by %s: no table is read from end to end',
    async (_by, filter) => {
      expect(await scannedWhole(test, ...pageOfSessions(filter, undefined, 51))).toEqual([]);
      const after = ['2026-01-01 00:00:00+00', '00'] as const;
      expect(await scannedWhole(test, ...pageOfSessions(filter, after, 51))).toEqual([]);
      if (Object.keys(filter).length === 0) return;
      const { sql, parameters } = sessionsMatching(filter);
      const count = `SELECT count(*) FROM live_session s WHERE ${sql}`;
      expect(await scannedWhole(test, count, parameters)).toEqual([]);
    },
  );
});

describe('the history as administrators look for it', () => {
  const filters: readonly (readonly [string, Partial<HistoryFilter>, number])[] = [
    ['nothing', {}, COUNT],
    ['the user', { account }, COUNT / 5000],
    ['the peer', { peer }, COUNT / 20],
    ['the domain', { domain }, COUNT / 20],
    ['the cause', { cause: 'administrator' }, COUNT / 20],
    ['peer and cause', { peer: 'wv:@p0.example' as ServiceID, cause: 'administrator' }, COUNT / 20],
  ];

  it.each(filters)('by %s: each once, the last to end first', async (_by, filter, count) => {
    const asked = { ...NO_HISTORY_FILTER, ...filter };
    const found = await allPages((after, limit) => test.store.sessions.history(asked, after, limit), 499);
    expect(new Set(found.map(({ id }) => id)).size).toBe(count);
    expect(found).toHaveLength(count);
    const ends = found.map(({ endedAtMs }) => endedAtMs);
    expect(ends).toEqual(ends.toSorted((a, b) => b - a));
  });

  it('by the time of the end', async () => {
    const filter = { ...NO_HISTORY_FILTER, endedAfterMs: startedAfterMs, endedBeforeMs: startedBeforeMs };
    const found = await allPages((after, limit) => test.store.sessions.history(filter, after, limit), 499);
    expect(found).toHaveLength(COUNT / 10);
  });

  it.each([
    ...filters,
    ['time', { endedAfterMs: startedAfterMs, endedBeforeMs: startedBeforeMs }, 0] as const,
  ])('by %s: no table is read from end to end', async (_by, filter) => {
    const asked = { ...NO_HISTORY_FILTER, ...filter };
    const after = ['2026-11-20 00:00:00+00', 'h1'] as const;
    expect(await scannedWhole(test, ...pageOfHistory(asked, undefined, 51))).toEqual([]);
    expect(await scannedWhole(test, ...pageOfHistory(asked, after, 51))).toEqual([]);
  });
});
