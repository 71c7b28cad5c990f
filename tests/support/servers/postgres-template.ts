import { execFile } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startEmbeddedPostgres } from '@sap2/embedded-stores';
import { oncePerRun } from './once-per-run.js';

const run = promisify(execFile);
/** What makes a data folder one of PostgreSQL. */
const PARTS = ['postgres', 'postgres.password'];

/**
 * Puts a new PostgreSQL into an empty data folder, as a first start there would. It is a copy of one that this run made,
 * since a copy takes a tenth of the time. Where PostgreSQL keeps its data outside, the first start makes it after all.
 */
export async function putPostgresInto(dataDir: string): Promise<void> {
  const made = await oncePerRun('new-postgres', makePostgres);
  if (existsSync(join(made, 'postgres')))
    await run('cp', ['-a', ...PARTS.map((part) => join(made, part)), dataDir]);
}

async function makePostgres(dataDir: string): Promise<void> {
  const server = await startEmbeddedPostgres({ dataDir, durable: false, say: () => undefined });
  await server.stop();
  // It holds the port of the last start, and each copy would ask for the same one.
  rmSync(join(server.dir, 'postmaster.opts'));
}
