import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SyncPart } from '@sap2/session-core';
import { aSession, OPERATOR, startTestRedis, type TestServer } from '@sap2/test-support';
import { optionsFor } from './live-store.fixture.js';
import { connectLiveStore, type LiveStore } from './live-store.js';

let server: TestServer;
let store: LiveStore;
beforeAll(async () => {
  server = await startTestRedis();
  store = await connectLiveStore(optionsFor({ kind: 'single', url: server.url }));
});
afterAll(async () => {
  await store.close();
  await server.stop();
});

const ids = (count: number) => Array.from({ length: count }, () => aSession().id);
const part = (syncID: string, special: Partial<SyncPart>): SyncPart => ({
  peer: OPERATOR,
  sapEpoch: 'n:1',
  part: 1,
  parts: 1,
  listed: [],
  ...special,
  syncID,
});

describe('a sync', () => {
  it('of many parts is handed out whole', async () => {
    const pages = Array.from({ length: 12 }, () => ids(1000));
    const answers = await Promise.all(
      pages.map((listed, i) => store.syncParts.add(part('large', { part: i + 1, parts: 12, listed }))),
    );
    const complete = answers.filter((answer) => answer.complete);
    expect(complete).toHaveLength(1);
    expect(complete[0]).toMatchObject({ listed: new Set(pages.flat()) });
  });

  it('whose syncID comes with another number of parts is another set', async () => {
    await store.syncParts.add(part('again', { part: 1, parts: 2, listed: ids(1) }));
    const listed = ids(1);
    const other = await store.syncParts.add(part('again', { part: 1, parts: 1, listed }));
    expect(other).toMatchObject({ complete: true, listed: new Set(listed) });
  });

  it('gains what a repeated part lists besides', async () => {
    const [first, second, last] = [ids(1), ids(1), ids(1)];
    await store.syncParts.add(part('twice', { part: 1, parts: 2, listed: first }));
    await store.syncParts.add(part('twice', { part: 1, parts: 2, listed: second }));
    expect(await store.syncParts.add(part('twice', { part: 2, parts: 2, listed: last }))).toMatchObject({
      complete: true,
      listed: new Set([...first, ...second, ...last]),
    });
  });
});
