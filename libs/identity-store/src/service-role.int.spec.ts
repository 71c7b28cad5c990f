import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
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
  const owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  await owner.query(
    `INSERT INTO administrator (name, token_hash, scopes, expires_at)
     VALUES ('reader', 'x', '{read}', now() + interval '1 day'), ('root', 'r', '{admin}', NULL)`,
  );
  await owner.end();
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

  const hashed = (content: string): string => createHash('sha256').update(content, 'utf8').digest('hex');
  /** One more entry, as the service appends them, but for what is said. */
  const appended = async (changes: { hash?: string; at?: string; previousHash?: string }): Promise<void> => {
    const { rows } = await service.query<{ seq: string; hash: string; now: Date }>(
      `SELECT seq, hash, date_trunc('milliseconds', clock_timestamp()) AS now FROM audit_end WHERE which = 'head'`,
    );
    const [head] = rows;
    if (head === undefined) throw new Error('There is no head.');
    const at = changes.at ?? head.now.toISOString();
    const previousHash = changes.previousHash ?? head.hash;
    const seq = Number(head.seq) + 1;
    const content = JSON.stringify([previousHash, seq, at, 'olive', 'x', 'r', 'a', 't', null, null]);
    await service.query(
      `INSERT INTO audit_entry (seq, at, actor, from_address, request_id, action, target, previous_hash, hash)
       VALUES ($1, $2, 'olive', 'x', 'r', 'a', 't', $3, $4)`,
      [seq, at, previousHash, changes.hash ?? hashed(content)],
    );
  };
  const inAnHour = (): string => new Date(Date.now() + 3_600_000).toISOString();

  it.each([
    ['with the hash of something else', () => ({ hash: hashed('something else') }), 'hash'],
    ['that follows another entry', () => ({ previousHash: hashed('another') }), 'does not go on'],
    ['from the future', () => ({ at: inAnHour() }), 'time'],
    ['from the past', () => ({ at: new Date(Date.now() - 60_000).toISOString() }), 'time'],
  ])('cannot append an entry %s', async (_, changes, refusal) => {
    await expect(appended(changes())).rejects.toThrow(refusal);
    expect(await store.audit.verify()).toMatchObject({ kind: 'sound', entries: 1 });
  });

  it('cannot drop more of the trail than the owner allows', async () => {
    const owner = await connectIdentityStore(
      optionsFor(database.serviceUrl, { migrationUrl: database.url, auditKeepMonths: 36 }),
    );
    await owner.close();
    await expect(service.query('SELECT audit_drop_partitions(1)')).rejects.toThrow('36 months');
    await expect(service.query('UPDATE audit_retention SET months_kept = 1')).rejects.toThrow('denied');
    await service.query('SELECT audit_drop_partitions(36)');
    await expect(store.dropPartitions({ history: 36, audit: 12 })).rejects.toThrow('sap2 migrate');
  });

  it('starts without the address of the owner, and cannot allow itself more', async () => {
    const alone = await connectIdentityStore(optionsFor(database.serviceUrl, { auditKeepMonths: 1 }));
    await alone.close();
    await expect(service.query('SELECT audit_drop_partitions(1)')).rejects.toThrow('36 months');
  });

  it.each([
    ['raise its scopes', `UPDATE administrator SET scopes = '{admin}' WHERE name = 'reader'`],
    ['change its token', `UPDATE administrator SET token_hash = 'y' WHERE name = 'reader'`],
    ['let it live for longer', `UPDATE administrator SET expires_at = NULL WHERE name = 'reader'`],
    ['give it another name', `UPDATE administrator SET name = 'brief' WHERE name = 'reader'`],
    ['remove it', `DELETE FROM administrator WHERE name = 'reader'`],
    ['add one', `INSERT INTO administrator (name, token_hash) VALUES ('mallory', 'z')`],
  ])('cannot change an administrator without an entry in the audit: %s', async (_, statement) => {
    await expect(service.query(statement)).rejects.toThrow('stands in the audit');
    expect(await store.administratorBook.find('reader')).toMatchObject({ scopes: ['read'] });
  });

  it('cannot let an entry that says something else stand for it, nor one that it keeps for itself', async () => {
    await service.query('CREATE TEMP TABLE audit_entry (LIKE audit_entry)');
    await service.query(`INSERT INTO pg_temp.audit_entry (seq, at, actor, from_address, request_id, action, target, after, previous_hash, hash)
      VALUES (1, now(), 'a', 'x', 'r', 'administrator.change', 'administrator reader', '{"scopes":["admin"],"expiresAt":null}', 'x', 'x')`);
    await expect(
      service.query(`UPDATE administrator SET scopes = '{admin}' WHERE name = 'reader'`),
    ).rejects.toThrow('stands in the audit');
    await service.query('DROP TABLE pg_temp.audit_entry');
  });

  it('changes administrators with an entry, whatever it changes', async () => {
    const { administratorBook: book } = store;
    const entry = { name: 'brief', scopes: ['read' as const], expiresAtMs: Date.now() + 123_456 };
    await book.create(BY, entry, 'first token');
    expect(await store.administratorBook.byToken('first token')).toEqual({ name: 'brief', scopes: ['read'] });
    await book.change(BY, 'brief', { scopes: ['users', 'read'], expiresAtMs: null }, undefined);
    await book.change(BY, 'brief', { token: 'second token' }, undefined);
    expect(await store.administratorBook.byToken('second token')).toMatchObject({ name: 'brief' });
    expect(await book.remove(BY, 'brief', undefined)).toEqual({ kind: 'deleted' });
  });

  it('finds no function of the owner that looks where the caller says, or that anybody may call', async () => {
    const { rows } = await service.query<{ name: string; path: string | undefined; isOpen: boolean }>(`
      SELECT proname AS name, (SELECT entry FROM unnest(proconfig) AS entry WHERE entry LIKE 'search_path=%') AS path,
        has_function_privilege('public', oid, 'EXECUTE') AS "isOpen"
      FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace`);
    expect(rows.length).toBeGreaterThan(3);
    expect(rows.filter(({ path, isOpen }) => path !== 'search_path=public, pg_temp' || isOpen)).toEqual([]);
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
    ).rejects.toThrow('Give the service its own role');
  });
});
