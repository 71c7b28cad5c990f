import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  aSession,
  createTestDatabase,
  OPERATOR,
  plain,
  PROVIDER,
  startTestPostgres,
  type TestServer,
} from '@sap2/test-support';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectIdentityStore, type IdentityStore, type StoreTrouble } from './connect-identity-store.js';
import { LedgerUnavailableError } from './store-failure.js';
import { optionsFor, seed, WORLD } from './store-under-test.fixture.js';

const QUICK = {
  passwordHashing: { memoryKiB: 8, passes: 1, parallel: 2 },
  connectTimeoutMs: 3_000,
  statementTimeoutMs: 3_000,
};

const login = async (store: IdentityStore) => {
  const session = aSession();
  const account = await store.accounts.find(session.account);
  return plain(store.ledger).open(
    { session, transactionID: session.id, accountVersion: account?.version ?? 0 },
    { sameClient: 'takeover', sessionsPerUser: 8, overLimit: 'evict-oldest' },
  );
};

/** Until it works, or the last failure if it does not within 30 s. */
async function eventually<T>(attempt: () => T | Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (tries === 300) throw error;
      await sleep(100);
    }
  }
}

describe('F6, F11: a store whose PostgreSQL', () => {
  let server: TestServer;
  let store: IdentityStore;
  const troubles: StoreTrouble[] = [];
  beforeAll(async () => {
    server = await startTestPostgres();
    store = await connectIdentityStore(
      optionsFor(server.url, { tuning: QUICK, report: (trouble) => troubles.push(trouble) }),
    );
    await seed(store, WORLD);
  });
  afterAll(async () => {
    await store.close();
    await server.stop();
  });

  it('crashed refuses, keeps its directory, and works again by itself when it is back', async () => {
    await login(store);
    const underWay = Promise.allSettled(Array.from({ length: 20 }, () => login(store)));
    await server.kill();
    const failures = (await underWay).flatMap((outcome) =>
      outcome.status === 'rejected' ? [outcome.reason] : [],
    );
    expect(failures.every((failure) => failure instanceof LedgerUnavailableError)).toBe(true);
    await expect(store.ping()).rejects.toThrow(LedgerUnavailableError);
    await expect(login(store)).rejects.toThrow(LedgerUnavailableError);
    expect(store.directory.domain(PROVIDER)).toBeDefined();
    expect(store.agreements.ofPeer(OPERATOR)).toBeDefined();
    expect(troubles).toContain('postgres_wake_ups_lost');
    await server.start();
    await eventually(() => store.ping());
    expect(await login(store)).toMatchObject({ kind: 'opened' });
    expect(await store.ledger.countLive()).toBe(1);
  });

  it('restarted wakes the listeners for disconnects again', async () => {
    let wakes = 0;
    const stop = await store.outbox.onWake(() => (wakes += 1));
    await server.halt();
    await server.start();
    await eventually(() => store.ping());
    await eventually(() => expect(wakes).toBeGreaterThan(0));
    const before = wakes;
    await eventually(() => login(store));
    await eventually(() =>
      wakes > before ? Promise.resolve() : Promise.reject(new Error('nobody was woken')),
    );
    await stop();
  });

  it('frozen is given up within the deadline, and its connections are not used again', async () => {
    await store.ping();
    server.freeze();
    const start = performance.now();
    await expect(login(store)).rejects.toThrow(LedgerUnavailableError);
    expect(performance.now() - start).toBeLessThan(30_000);
    server.thaw();
    await eventually(() => login(store));
    const [first, second] = await Promise.all([login(store), login(store)]);
    expect([first.kind, second.kind]).toEqual(['opened', 'opened']);
  });
});

describe('a store', () => {
  it('F12: leaves soon, also when its PostgreSQL does not answer any more', async () => {
    const server = await startTestPostgres();
    const store = await connectIdentityStore(optionsFor(server.url, { tuning: QUICK }));
    server.freeze();
    const start = performance.now();
    await store.close();
    expect(performance.now() - start).toBeLessThan(30_000);
    server.thaw();
    await server.stop();
  });

  it('does not start without PostgreSQL', async () => {
    await expect(connectIdentityStore(optionsFor('postgres://127.0.0.1:1/nothing'))).rejects.toThrow(
      'ECONNREFUSED',
    );
  });

  it('F13: does not start without the key of an agreement, and does with it among others', async () => {
    const database = await createTestDatabase();
    const key = (id: string, fill: number) => ({ id, key: new Uint8Array(32).fill(fill) });
    const start = (...secretKeys: ReturnType<typeof key>[]) =>
      connectIdentityStore(optionsFor(database.url, { secretKeys }));
    const first = await start(key('old', 1));
    await seed(first, WORLD);
    await first.close();
    await expect(start(key('new', 2))).rejects.toThrow('sealed with key "old", which is not given');
    const rotated = await start(key('new', 2), key('old', 1));
    expect(rotated.agreements.ofPeer(OPERATOR)?.acceptedSecrets).toEqual([`secret of ${OPERATOR}`]);
    await rotated.close();
    await database.drop();
  });

  it('keeps its last directory when a change can not be read, and says so', async () => {
    const database = await createTestDatabase();
    const troubles: StoreTrouble[] = [];
    const store = await connectIdentityStore(
      optionsFor(database.url, { report: (trouble) => troubles.push(trouble) }),
    );
    await seed(store, WORLD);
    const other = await connectIdentityStore(
      optionsFor(database.url, {
        secretKeys: [
          { id: 'k2', key: new Uint8Array(32).fill(2) },
          { id: 'k1', key: new Uint8Array(32).fill(1) },
        ],
      }),
    );
    await seed(other, {
      ...WORLD,
      agreements: [{ ...WORLD.agreements[0]!, sharedSecret: 'unreadable there' }],
    });
    await eventually(() => expect(troubles).toContain('directory_refresh_failed'));
    expect(store.agreements.ofPeer(OPERATOR)?.acceptedSecrets).toEqual([`secret of ${OPERATOR}`]);
    await Promise.all([store.close(), other.close()]);
    await database.drop();
  });
});
