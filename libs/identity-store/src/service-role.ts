import type { QueryRunner } from 'typeorm';
import { TCP_KEEP_ALIVE } from './database.js';
import { storeFailure } from './store-failure.js';
import { Servers, WritingClient } from './writable-server.js';

/** The role that a connection of this address works with. */
export async function roleOf(url: string, connectTimeoutMs: number): Promise<string> {
  const servers = new Servers(url);
  for (let left = servers.count; ; left -= 1) {
    const tried = servers.current;
    try {
      return await roleAt(servers, connectTimeoutMs);
    } catch (error) {
      if (left <= 1) throw storeFailure(error, tried);
    }
  }
}

async function roleAt(servers: Servers, connectTimeoutMs: number): Promise<string> {
  const client = new WritingClient(servers, {
    connectionTimeoutMillis: connectTimeoutMs,
    ...TCP_KEEP_ALIVE,
  });
  await client.connect();
  try {
    const { rows } = await client.query<{ role: string }>('SELECT current_user AS role');
    return rows[0]?.role ?? '';
  } finally {
    await client.end();
  }
}

/**
 * The role may read and write the rows of all tables, and call the functions. It may only read the audit trail and append to
 * it. It may only read the id of the installation and the retention of the trail. It reaches partitions only through their
 * tables. The owner runs this.
 * @throws Error if the role is the owner itself
 */
export async function grantService(owner: QueryRunner, role: string): Promise<void> {
  const { records } = await owner.query(GRANTS, [role], true);
  const grants = records as readonly { readonly statement: string; readonly is_owner: boolean }[];
  if (grants.some(({ is_owner }) => is_owner)) {
    throw new Error(
      `SAP2_MIGRATION_DATABASE_URL and DATABASE_URL are both of the role "${role}". Give the service its own role, or leave the first one out.`,
    );
  }
  for (const { statement } of grants) await owner.query(statement);
}

const GRANTS = `
  WITH granted (place, statement) AS (
    SELECT 1, format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), $1::text)
    UNION ALL
    SELECT 2, format('REVOKE ALL ON %I FROM %I', relname, $1::text)
    FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND relname IN ('audit_entry', 'audit_end', 'audit_retention', 'installation')
    UNION ALL
    SELECT 3, format('GRANT %s ON %I TO %I', CASE relname
        WHEN 'audit_entry' THEN 'SELECT, INSERT'
        WHEN 'audit_end' THEN 'SELECT'
        WHEN 'audit_retention' THEN 'SELECT'
        WHEN 'installation' THEN 'SELECT'
        WHEN 'migrations' THEN 'SELECT'
        ELSE 'SELECT, INSERT, UPDATE, DELETE'
      END, relname, $1::text)
    FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
    UNION ALL
    SELECT 4, format('GRANT USAGE ON SEQUENCE %I TO %I', relname, $1::text)
    FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'S'
    UNION ALL
    SELECT 5, format('GRANT EXECUTE ON FUNCTION %s TO %I', oid::regprocedure, $1::text)
    FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND prorettype <> 'trigger'::regtype
  )
  SELECT statement, current_user = $1::text AS is_owner FROM granted ORDER BY place`;
