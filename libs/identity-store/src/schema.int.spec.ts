import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@sap2/test-support';
import pg from 'pg';
import { MIGRATIONS } from '../../../migrations/index.js';
import { connectIdentityStore } from './connect-identity-store.js';
import { optionsFor } from './store-under-test.fixture.js';

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

const partitions = async (): Promise<string[]> => {
  const { rows } = await client.query<{ name: string }>(
    `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'session_history'::regclass ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
};

const monthsFromNow = (months: number): string => {
  const now = new Date();
  const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 15));
  return `session_history_${month.toISOString().slice(0, 7).replace('-', '_')}`;
};

describe('the schema', () => {
  it('F14: is made once by processes that start at the same time', async () => {
    const stores = await Promise.all([1, 2, 3].map(() => connectIdentityStore(optionsFor(database.url))));
    const { rows } = await client.query('SELECT name FROM migrations');
    expect(rows).toEqual(MIGRATIONS.map(({ name }) => ({ name })));
    await Promise.all(stores.map((store) => store.close()));
    const { rows: held } = await client.query(`SELECT * FROM pg_locks WHERE locktype = 'advisory'
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`);
    expect(held).toEqual([]);
  });

  it('only goes forward', async () => {
    for (const Migration of MIGRATIONS) await expect(new Migration().down()).rejects.toThrow('forward');
  });
});

describe('the history', () => {
  it('has partitions made ahead, and more when asked', async () => {
    const first = [0, 1, 2, 3].map(monthsFromNow);
    expect(await partitions()).toEqual([...first, 'session_history_default']);
    const store = await connectIdentityStore(optionsFor(database.url));
    expect(await store.ensurePartitions(3)).toBe(0);
    const made = await Promise.all([store.ensurePartitions(5), store.ensurePartitions(5)]);
    expect(new Set(made)).toEqual(new Set([0, 2]));
    expect(await partitions()).toEqual([...first, ...[4, 5].map(monthsFromNow), 'session_history_default']);
    await store.close();
  });

  it('catches a row that no month was made for, and moves it when the month comes', async () => {
    const rows = `SELECT session_id, tableoid::regclass::text AS at FROM session_history`;
    await client.query(
      `INSERT INTO session_history (session_id, account, domain, user_id, client, peer, csp_version, started_at, cause, ended_at)
       VALUES ('s', 'a', 'd', 'u', '{}', 'p', '1.2', now(), 'expired', date_trunc('month', now()) + interval '6 months 14 days')`,
    );
    expect((await client.query(rows)).rows).toEqual([{ session_id: 's', at: 'session_history_default' }]);
    await client.query('SELECT session_history_ensure_partitions(6)');
    expect((await client.query(rows)).rows).toEqual([{ session_id: 's', at: monthsFromNow(6) }]);
  });
});
