import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@sap2/embedded-stores';
import { Client } from 'pg';
import { oneAtATime, runFolder } from './once-per-run.js';

export interface TestDatabase {
  readonly name: string;
  /** Empty: no table, no migration; unless it is a copy. */
  readonly url: string;
  /** The same for a role that owns nothing in it, as a service should work with. */
  readonly serviceUrl: string;
  /** Also closes the connections of all clients. */
  drop(): Promise<void>;
}

let shared: Promise<string> | undefined;

const SERVICE_ROLE = 'sap2_service';
/** Roles are of the server: the files of a run share it. */
const MAKE_SERVICE_ROLE = `
  DO $body$ BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('${SERVICE_ROLE}'));
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${SERVICE_ROLE}') THEN
      CREATE ROLE ${SERVICE_ROLE} LOGIN PASSWORD '${SERVICE_ROLE}';
    END IF;
  END $body$`;

/**
 * A database of one test file's own, on the one PostgreSQL that all files of a run share. The first to ask starts that server.
 * @param template the database of that server to copy; no process may be connected to it
 */
export async function createTestDatabase(template = 'template1'): Promise<TestDatabase> {
  const server = await (shared ??= sharedServer());
  const name = `test_${randomBytes(8).toString('hex')}`;
  await execute(server, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  const url = new URL(server);
  url.pathname = name;
  const serviceUrl = new URL(url);
  [serviceUrl.username, serviceUrl.password] = [SERVICE_ROLE, SERVICE_ROLE];
  return {
    name,
    url: url.href,
    serviceUrl: serviceUrl.href,
    drop: () => execute(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

/** It runs until the run ends: each process takes over what runs already. */
async function sharedServer(): Promise<string> {
  return await oneAtATime('shared', async () => {
    const dataDir = join(runFolder(), 'shared');
    const { url } = await startEmbeddedPostgres({ dataDir, durable: false, say: () => undefined });
    await execute(url, MAKE_SERVICE_ROLE);
    return url;
  });
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
