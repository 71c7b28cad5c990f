import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Domain } from '@sap2/session-core';
import { createTestDatabase, type TestDatabase } from '@sap2/test-support';
import pg from 'pg';
import { connectIdentityStore, type IdentityStore } from './connect-identity-store.js';
import { optionsFor } from './store-under-test.fixture.js';

let database: TestDatabase;
let store: IdentityStore;
let service: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  store = await connectIdentityStore(optionsFor(database.serviceUrl, { migrationUrl: database.url }));
  service = new pg.Client({ connectionString: database.serviceUrl });
  await service.connect();
  await store.domains.create(BY, KEPT);
});
afterAll(async () => {
  await service.end();
  await store.close();
  await database.drop();
});

const KEPT = { name: 'kept.example' as Domain, spInfo: undefined, services: undefined };
const BY = { name: 'olive', from: '127.0.0.1', requestID: 'r1' };

const count = async (table: string): Promise<number> =>
  Number((await service.query<{ count: string }>(`SELECT count(*) FROM ${table}`)).rows[0]?.count);

describe('a service that does not own its tables', () => {
  it.each([
    ['change an entry', `UPDATE audit_entry SET actor = 'nobody'`],
    ['remove one', 'DELETE FROM audit_entry'],
    ['empty the trail', 'TRUNCATE audit_entry'],
    ['drop it', 'DROP TABLE audit_entry'],
    ['silence what guards it', 'ALTER TABLE audit_entry DISABLE TRIGGER ALL'],
    ['go around that', 'SET session_replication_role = replica'],
    ['say that it ends elsewhere', 'UPDATE audit_end SET seq = 0'],
    ['or begins elsewhere', `DELETE FROM audit_end WHERE which = 'anchor'`],
    [
      'take over a function that may',
      'CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$',
    ],
    ['make tables', 'CREATE TABLE elsewhere (n int)'],
    ['pretend that a migration ran', 'DELETE FROM migrations'],
  ])('cannot %s', async (_, statement) => {
    await expect(service.query(statement)).rejects.toThrow(/permission denied|must be owner/u);
    expect(await count('audit_entry')).toBe(1);
  });

  it('nor a single month of the trail, by its own name', async () => {
    const { rows } = await service.query<{ name: string }>(
      `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'audit_entry'::regclass`,
    );
    expect(rows.length).toBeGreaterThan(0);
    for (const { name } of rows) {
      await expect(service.query(`DELETE FROM ${name}`)).rejects.toThrow('permission denied');
    }
  });

  it('makes the months that come all the same', async () => {
    expect(await store.ensurePartitions(9)).toBeGreaterThan(0);
    expect(await store.ensurePartitions(9)).toBe(0);
  });

  it('starts again, and says what is wrong if the two roles are one', async () => {
    const again = await connectIdentityStore(optionsFor(database.serviceUrl, { migrationUrl: database.url }));
    await again.close();
    await expect(
      connectIdentityStore(optionsFor(database.url, { migrationUrl: database.url })),
    ).rejects.toThrow('give the service a role of its own');
  });
});
