import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Domain } from '@sap2/session-core';
import { createTestDatabase, type TestDatabase } from '@sap2/test-support';
import pg from 'pg';
import { connectIdentityStore, type IdentityStore } from './connect-identity-store.js';
import { optionsFor } from './store-under-test.fixture.js';

const BY = { name: 'olive', from: '127.0.0.1', requestID: 'r1' };
const KEEP_ALL = { history: 1200, audit: 1200 };

let database: TestDatabase;
let store: IdentityStore;
let owner: pg.Client;
beforeEach(async () => {
  database = await createTestDatabase();
  // The service does not own its tables: it drops what the functions let it, and nothing else.
  store = await connectIdentityStore(optionsFor(database.serviceUrl, { migrationUrl: database.url }));
  owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
});
afterEach(async () => {
  await owner.end();
  await store.close();
  await database.drop();
});

interface Month {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly middle: string;
}

const monthsAgo = (months: number): Month => {
  const now = new Date();
  const day = (ahead: number, date: number): string =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months + ahead, date)).toISOString();
  const from = day(0, 1);
  return { name: from.slice(0, 7).replace('-', '_'), from, to: day(1, 1), middle: day(0, 15) };
};

const makeMonth = async (table: 'session_history' | 'audit_entry', month: Month): Promise<void> => {
  await owner.query(
    `CREATE TABLE ${table}_${month.name} PARTITION OF ${table} FOR VALUES FROM ('${month.from}') TO ('${month.to}')`,
  );
};

const ended = async (sessionID: string, at: string): Promise<void> => {
  await owner.query(
    `INSERT INTO session_history (session_id, account, domain, user_id, client, peer, csp_version, started_at, cause, ended_at)
     VALUES ($1, 'a', 'd', 'u', '{}', 'p', '1.2', $2, 'expired', $2)`,
    [sessionID, at],
  );
};

const column = async (statement: string): Promise<string[]> =>
  (await owner.query<{ value: string }>(statement)).rows.map(({ value }) => value);

const inHistory = (): Promise<string[]> =>
  column('SELECT session_id AS value FROM session_history ORDER BY ended_at');

const told = (): Promise<string[]> =>
  column(`SELECT target || ' ' || (after->>'dropped') || ' of ' || (after->>'monthsKept') AS value FROM audit_entry
    WHERE action = 'retention.drop' ORDER BY seq`);

/** History of the present month and of so many before it, each with one session named after its distance. */
const planted = async (months: number): Promise<void> => {
  await ended('0', new Date().toISOString());
  for (let ago = 1; ago <= months; ago++) {
    await makeMonth('session_history', monthsAgo(ago));
    await ended(String(ago), monthsAgo(ago).middle);
  }
};

/** So many entries in the trail; the first `old` of them as if written three months ago. */
const trail = async (entries: number, old: number): Promise<void> => {
  for (let n = 0; n < entries; n++) {
    await store.domains.create(BY, {
      name: `d${n}.example` as Domain,
      spInfo: undefined,
      services: undefined,
    });
  }
  await makeMonth('audit_entry', monthsAgo(3));
  await owner.query('SET session_replication_role = replica');
  await owner.query(`UPDATE audit_entry SET at = '${monthsAgo(3).middle}' WHERE seq <= ${old}`);
  await owner.query('SET session_replication_role = origin');
};

describe('retention', () => {
  it('drops the months of the history that are over for longer than said, and no other, once', async () => {
    await planted(4);
    expect(await store.dropPartitions({ ...KEEP_ALL, history: 2 })).toEqual({ history: 2, audit: 0 });
    expect(await inHistory()).toEqual(['2', '1', '0']);
    expect(await store.dropPartitions({ ...KEEP_ALL, history: 2 })).toEqual({ history: 0, audit: 0 });
    expect(await told()).toEqual(['history 2 of 2']);
  });

  it('takes what no month was made for with it', async () => {
    await ended('late', monthsAgo(2).middle);
    await ended('young', monthsAgo(1).middle);
    await store.dropPartitions({ ...KEEP_ALL, history: 1 });
    expect(await inHistory()).toEqual(['young']);
  });

  it('keeps the present month and the one before, whatever is asked', async () => {
    await planted(1);
    await expect(store.dropPartitions({ ...KEEP_ALL, history: 0 })).rejects.toThrow(
      'at least one whole month',
    );
    await expect(store.dropPartitions({ ...KEEP_ALL, audit: 0 })).rejects.toThrow('at least one whole month');
    expect(await inHistory()).toEqual(['1', '0']);
  });

  it('drops months of the audit and says so in it; the chain of what stays begins where they ended', async () => {
    await trail(6, 4);
    expect(await store.dropPartitions({ ...KEEP_ALL, audit: 2 })).toEqual({ history: 0, audit: 1 });
    expect(await column('SELECT seq AS value FROM audit_entry ORDER BY seq')).toEqual(['5', '6', '7']);
    expect(await told()).toEqual(['audit 1 of 2']);
    expect(await store.audit.verify()).toMatchObject({
      kind: 'sound',
      entries: 3,
      anchor: { seq: 4 },
      head: { seq: 7 },
    });
  });

  it('still tells when the first entries that stay are taken away after a drop', async () => {
    await trail(6, 4);
    await store.dropPartitions({ ...KEEP_ALL, audit: 2 });
    await owner.query('SET session_replication_role = replica');
    await owner.query('DELETE FROM audit_entry WHERE seq = 5');
    expect(await store.audit.verify()).toMatchObject({ kind: 'broken', seq: 5, problem: 'missing' });
  });

  it('is done by one process at a time: those that come together drop nothing twice', async () => {
    await planted(3);
    const all = await Promise.all([1, 2, 3].map(() => store.dropPartitions({ ...KEEP_ALL, history: 1 })));
    expect(all.reduce((sum, { history }) => sum + history, 0)).toBe(2);
    expect(await told()).toEqual(['history 2 of 1']);
  });

  it('gives up while somebody uses the table, and leaves it as it was', async () => {
    await planted(2);
    await owner.query('BEGIN');
    await owner.query('SELECT FROM session_history');
    await expect(store.dropPartitions({ ...KEEP_ALL, history: 1 })).rejects.toThrow('not available');
    await owner.query('COMMIT');
    expect(await inHistory()).toEqual(['2', '1', '0']);
    expect(await told()).toEqual([]);
    expect(await store.dropPartitions({ ...KEEP_ALL, history: 1 })).toEqual({ history: 1, audit: 0 });
  });
});
