import type {
  AdministratorBook,
  AdministratorChange,
  AdministratorEntry,
  AdministratorRecord,
  AdminScope,
  ChangeAdministratorOutcome,
  DeleteAdministratorOutcome,
  Json,
} from '@sap2/administration';
import { createHash } from 'node:crypto';
import type { Sql, Transactions } from '../database.js';
import { administrators } from '../rows/administrator.row.js';
import { administer, asExpected } from './administer.js';

const targetOfAdministrator = (name: string): string => `administrator ${name}`;

export class PostgresAdministratorBook implements AdministratorBook {
  constructor(private readonly database: Transactions) {}

  readonly create: AdministratorBook['create'] = (actor, entry, token) =>
    administer(this.database, actor, async ({ sql, audit }) => {
      const { name, scopes, expiresAtMs } = entry;
      const [row] = await sql.rows(
        `INSERT INTO administrator (name, token_hash, scopes, expires_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (name) DO NOTHING RETURNING *`,
        [name, hashOfToken(token), scopes, timeOrNull(expiresAtMs)],
      );
      if (row === undefined) return { kind: 'exists' as const };
      const administrator = administrators.thingOf(row);
      audit({
        action: 'administrator.create',
        target: targetOfAdministrator(name),
        after: told(administrator),
      });
      return { kind: 'created' as const, administrator };
    });

  readonly byToken: AdministratorBook['byToken'] = (token) => this.byCredential(hashOfToken(token));

  readonly credentialOf: AdministratorBook['credentialOf'] = async (token) => {
    const hash = hashOfToken(token);
    return (await this.byCredential(hash)) === undefined ? undefined : hash;
  };

  readonly byCredential: AdministratorBook['byCredential'] = async (credential) => {
    const [found] = await this.database.rows<Pick<AdministratorEntry, 'name' | 'scopes'>>(BY_TOKEN, [
      credential,
    ]);
    return found;
  };

  readonly validAmong: AdministratorBook['validAmong'] = async (tokens) => {
    const rows = await this.database.rows<{ token_hash: string; scopes: readonly AdminScope[] }>(
      `SELECT token_hash, scopes FROM administrator
       WHERE token_hash = ANY ($1) AND (expires_at IS NULL OR expires_at > now())`,
      [tokens.map(hashOfToken)],
    );
    const scopes = new Map(rows.map((row) => [row.token_hash, row.scopes]));
    return new Map(
      tokens.flatMap((token) => {
        const its = scopes.get(hashOfToken(token));
        return its === undefined ? [] : [[token, its] as const];
      }),
    );
  };

  readonly ownerOf: AdministratorBook['ownerOf'] = async (token) => {
    const [row] = await this.database.rows<{ name: string }>(
      'SELECT name FROM administrator WHERE token_hash = $1',
      [hashOfToken(token)],
    );
    return row?.name;
  };

  readonly find: AdministratorBook['find'] = async (name) => {
    const [row] = await this.database.rows('SELECT * FROM administrator WHERE name = $1', [name]);
    return row && administrators.thingOf(row);
  };

  readonly page: AdministratorBook['page'] = async (after, limit) => {
    const rows = await this.database.rows(
      'SELECT * FROM administrator WHERE name > $1 ORDER BY name LIMIT $2',
      [after ?? '', limit],
    );
    return rows.map((row) => administrators.thingOf(row));
  };

  readonly change: AdministratorBook['change'] = (actor, name, change, expectedRevision) =>
    administer<ChangeAdministratorOutcome>(this.database, actor, async ({ sql, audit }) => {
      const before = await locked(sql, name, expectedRevision);
      if ('kind' in before) return before;
      const entry = changed(before, change);
      const isLess = !entry.scopes.includes('admin') || entry.expiresAtMs !== undefined;
      if (isLess && (await isLastOne(sql, name))) return { kind: 'last-one' };
      const administrator = await update(sql, entry, change.token);
      const action = change.token === undefined ? 'administrator.change' : 'administrator.rotate';
      audit({
        action,
        target: targetOfAdministrator(name),
        before: told(before),
        after: told(administrator),
      });
      return { kind: 'changed', administrator };
    });

  readonly remove: AdministratorBook['remove'] = (actor, name, expectedRevision) =>
    administer<DeleteAdministratorOutcome>(this.database, actor, async ({ sql, audit }) => {
      const before = await locked(sql, name, expectedRevision);
      if ('kind' in before) return before;
      if (await isLastOne(sql, name)) return { kind: 'last-one' };
      await sql.rows('DELETE FROM administrator WHERE name = $1', [name]);
      audit({ action: 'administrator.delete', target: targetOfAdministrator(name), before: told(before) });
      return { kind: 'deleted' };
    });
}

/** A plain SHA-256 is enough: a token is random and too long to try them all. */
const hashOfToken = (token: string): string => createHash('sha256').update(token, 'utf8').digest('hex');

const BY_TOKEN = `
  WITH used AS (
    UPDATE administrator SET last_used_at = now()
    WHERE token_hash = $1 AND (expires_at IS NULL OR expires_at > now()) AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
  )
  SELECT name, scopes FROM administrator WHERE token_hash = $1 AND (expires_at IS NULL OR expires_at > now())`;

function changed(before: AdministratorRecord, change: AdministratorChange): AdministratorEntry {
  const { scopes = before.scopes, expiresAtMs = before.expiresAtMs } = change;
  return { name: before.name, scopes, expiresAtMs: expiresAtMs ?? undefined };
}

async function update(
  sql: Sql,
  { name, scopes, expiresAtMs }: AdministratorEntry,
  token: string | undefined,
): Promise<AdministratorRecord> {
  const [row] = await sql.rows(
    `UPDATE administrator SET scopes = $2, expires_at = $3, token_hash = coalesce($4, token_hash),
       revision = revision + 1, updated_at = now() WHERE name = $1 RETURNING *`,
    [name, scopes, timeOrNull(expiresAtMs), token && hashOfToken(token)],
  );
  if (row === undefined) throw new Error('an administrator vanished while it was locked');
  return administrators.thingOf(row);
}

/** All of them are locked, in the order of names: two who take each other away must not both succeed. */
async function locked(
  sql: Sql,
  name: string,
  expectedRevision: number | undefined,
): Promise<AdministratorRecord | { readonly kind: 'unknown' | 'stale' }> {
  const rows = await sql.rows('SELECT * FROM administrator ORDER BY name FOR UPDATE');
  const all = rows.map((row) => administrators.thingOf(row));
  return asExpected(
    all.find((one) => one.name === name),
    expectedRevision,
  );
}

async function isLastOne(sql: Sql, name: string): Promise<boolean> {
  const others = await sql.rows(
    `SELECT name FROM administrator WHERE name <> $1 AND 'admin' = ANY (scopes) AND expires_at IS NULL LIMIT 1`,
    [name],
  );
  return others.length === 0;
}

const timeOrNull = (ms: number | undefined): Date | null => (ms === undefined ? null : new Date(ms));

const told = ({ scopes, expiresAtMs }: AdministratorRecord): Json => ({
  scopes,
  expiresAt: expiresAtMs === undefined ? null : new Date(expiresAtMs).toISOString(),
});
