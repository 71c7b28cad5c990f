import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { claimDataDir, DataDirInUseError, startEmbeddedPostgres } from '@sap2/embedded-stores';
import { Client } from 'pg';
import { RUN_FOLDER_VARIABLE } from './test-folder.js';

export interface TestDatabase {
  /** Empty: no table, no migration. */
  readonly url: string;
  /** The same for a role that owns nothing in it, as a service should work with. */
  readonly serviceUrl: string;
  /** Also closes the connections of all clients. */
  drop(): Promise<void>;
}

const STARTING_POLL_MS = 100;
const STARTING_POLLS = 600;

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

/** A database of one test file's own, on the one PostgreSQL that all files of a run share. The first to ask starts that server. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = await (shared ??= sharedServer());
  const name = `test_${randomBytes(8).toString('hex')}`;
  await execute(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = name;
  const serviceUrl = new URL(url);
  [serviceUrl.username, serviceUrl.password] = [SERVICE_ROLE, SERVICE_ROLE];
  return {
    url: url.href,
    serviceUrl: serviceUrl.href,
    drop: () => execute(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

/** Only the end of the run stops it. A later suite takes over the running server. */
async function sharedServer(): Promise<string> {
  const runFolder = process.env[RUN_FOLDER_VARIABLE];
  if (runFolder === undefined) {
    throw new Error(`${RUN_FOLDER_VARIABLE} is not set: run by jest with this project's configuration.`);
  }
  const dataDir = join(runFolder, 'shared');
  const claim = await claimWhenFree(dataDir);
  try {
    const { url } = await startEmbeddedPostgres({ dataDir, durable: false, say: () => undefined });
    await execute(url, MAKE_SERVICE_ROLE);
    return url;
  } finally {
    claim.release();
  }
}

async function claimWhenFree(dataDir: string): ReturnType<typeof claimDataDir> {
  for (let poll = 0; ; poll += 1) {
    try {
      return await claimDataDir(dataDir);
    } catch (error) {
      if (!(error instanceof DataDirInUseError) || poll === STARTING_POLLS) throw error;
    }
    await pause(STARTING_POLL_MS);
  }
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
