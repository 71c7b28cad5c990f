import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Actor, Json } from '@sap2/administration';
import { createTestDatabase, type TestDatabase } from '@sap2/test-support';
import fc from 'fast-check';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { MIGRATIONS } from '../../../../migrations/index.js';
import { Database, dataSourceOf } from '../database.js';
import { migrate } from '../migrate.js';
import { administer } from './administer.js';
import { verifyAudit } from './audit-verification.js';

const ROOT: Actor = { name: 'root', from: '192.0.2.1', requestID: 'r1' };

let test: TestDatabase;
let source: DataSource;
let database: Database;
let owner: pg.Client;

beforeAll(async () => {
  test = await createTestDatabase();
  await migrate({
    url: test.url,
    applicationName: 'sap2-test',
    migrations: MIGRATIONS,
    serviceRole: undefined,
  });
  ({ source } = dataSourceOf({
    url: test.url,
    applicationName: 'sap2-test',
    poolSize: 5,
    connectTimeoutMs: 5_000,
    statementTimeoutMs: 5_000,
    onConnectionLost: () => undefined,
  }));
  await source.initialize();
  database = new Database(source, 5_000);
  owner = new pg.Client({ connectionString: test.url });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await source.destroy();
  await test.drop();
});

const act = (target: string): Promise<void> =>
  administer(database, ROOT, async ({ audit }) =>
    audit({
      action: 'user.suspend',
      target,
      before: { suspended: false },
      after: { suspended: true, why: ['a', 1] },
    }),
  );

const count = async (): Promise<number> => {
  const { rows } = await owner.query<{ count: string }>('SELECT count(*) AS count FROM audit_entry');
  return Number(rows[0]?.count);
};

/** Only an owner of the tables can do this: it bypasses the triggers. Afterwards the table is restored. */
async function tampered(statement: string): Promise<Awaited<ReturnType<typeof verifyAudit>>> {
  await owner.query('CREATE TABLE audit_backup AS SELECT * FROM audit_entry');
  await owner.query(`SET session_replication_role = replica`);
  await owner.query(statement);
  const verdict = await verifyAudit(database);
  await owner.query('DELETE FROM audit_entry');
  await owner.query('INSERT INTO audit_entry SELECT * FROM audit_backup');
  await owner.query(`SET session_replication_role = origin`);
  await owner.query('DROP TABLE audit_backup');
  return verdict;
}

describe('an act of an administrator', () => {
  it('stands in the audit if and only if it was done', async () => {
    await act('user one');
    const before = await count();
    const failed = administer(database, ROOT, async ({ sql, audit }) => {
      audit({ action: 'user.suspend', target: 'user nobody' });
      await sql.rows(`INSERT INTO domain (name) VALUES ('undone.example')`);
      throw new Error('changed my mind');
    });
    await expect(failed).rejects.toThrow('changed my mind');
    expect(await count()).toBe(before);
    expect((await owner.query(`SELECT FROM domain WHERE name = 'undone.example'`)).rowCount).toBe(0);
  });

  it('V8: leaves no secret in it, whatever its writer forgot', async () => {
    const careless = administer(database, ROOT, async ({ audit }) =>
      audit({
        action: 'user.password',
        target: 'user x',
        after: { credentials: { password: 'wonderland' } },
      }),
    );
    await expect(careless).rejects.toThrow('password');
  });

  it('takes its turn: parallel acts make one chain without a gap', async () => {
    const before = await count();
    await Promise.all(Array.from({ length: 20 }, (_, n) => act(`user ${n}`)));
    const verdict = await verifyAudit(database);
    expect(verdict).toMatchObject({ kind: 'sound', entries: before + 20, head: { seq: before + 20 } });
  });
});

describe('the hash of an entry', () => {
  // Names of fields are ours; what users wrote is in the values.
  const value = fc.letrec<{ json: Json }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 3 },
      fc.constant(null),
      fc.boolean(),
      fc.maxSafeInteger(),
      fc.integer().map((thousandths) => thousandths / 1000),
      fc.string({ unit: 'grapheme-composite' }),
      fc.string({ unit: fc.integer({ min: 1, max: 0xff }).map((code) => String.fromCharCode(code)) }),
      fc.array(tie('json'), { maxLength: 4 }),
      fc.dictionary(fc.string({ unit: 'grapheme-ascii', maxLength: 8 }), tie('json'), { maxKeys: 5 }),
    ),
  })).json;

  it('is the same in PostgreSQL, which refuses any other, whatever the entry holds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 20 }), async (changes) => {
        await administer(database, ROOT, async ({ audit }) => {
          for (const [before, after] of changes)
            audit({ action: 'a', target: 'user "é\u2028\n"', before: [before], after: { after } });
        });
      }),
      { numRuns: 50 },
    );
    expect(await verifyAudit(database)).toMatchObject({ kind: 'sound' });
  });
});

describe('the audit', () => {
  it.each([
    ['changed', 'UPDATE audit_entry SET actor = actor'],
    ['removed', 'DELETE FROM audit_entry'],
    ['emptied', 'TRUNCATE audit_entry'],
    [
      'continued anywhere else',
      `INSERT INTO audit_entry SELECT seq + 1000, at, actor, from_address, request_id, action, target, before, after,
        previous_hash, hash FROM audit_entry LIMIT 1`,
    ],
  ])('is not to be %s by the service', async (_what, statement) => {
    await expect(owner.query(statement)).rejects.toThrow(/audit/);
    expect(await verifyAudit(database)).toMatchObject({ kind: 'sound' });
  });

  it.each([
    [
      'a changed entry',
      `UPDATE audit_entry SET target = 'user other' WHERE seq = 3`,
      { seq: 3, problem: 'changed' },
    ],
    ['a removed entry', 'DELETE FROM audit_entry WHERE seq = 4', { seq: 4, problem: 'missing' }],
    ['a cut tail', 'DELETE FROM audit_entry WHERE seq > 10', { seq: 11, problem: 'missing' }],
    [
      'two that changed places',
      'UPDATE audit_entry SET seq = CASE seq WHEN 5 THEN 6 ELSE 5 END WHERE seq IN (5, 6)',
      { seq: 5, problem: 'changed' },
    ],
    [
      'one too many',
      `INSERT INTO audit_entry SELECT seq + 1, at, actor, from_address, request_id, action, target, before, after, hash, hash
        FROM audit_entry ORDER BY seq DESC LIMIT 1`,
      { problem: 'unclaimed' },
    ],
  ])('tells %s from what was written', async (_what, statement, fault) => {
    expect(await tampered(statement)).toMatchObject({ kind: 'broken', ...fault });
    expect(await verifyAudit(database)).toMatchObject({ kind: 'sound' });
  });

  it('stays sound when whole months are dropped', async () => {
    await owner.query(`SET session_replication_role = replica`);
    await owner.query(
      `CREATE TABLE audit_entry_2020_01 PARTITION OF audit_entry FOR VALUES FROM ('2020-01-01') TO ('2020-02-01')`,
    );
    await owner.query(`UPDATE audit_entry SET at = '2020-01-15' WHERE seq <= 5`);
    await owner.query(`SET session_replication_role = origin`);
    const before = await count();
    await owner.query('SELECT audit_drop_partitions(12)');
    expect(await count()).toBe(before - 5);
    // Their times were moved by this test, and the hashes say so; the chain itself begins at the sixth.
    expect(await verifyAudit(database)).toMatchObject({
      kind: 'sound',
      anchor: { seq: 5 },
      entries: before - 5,
    });
  });
});
