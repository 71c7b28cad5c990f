import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTestDatabase, oncePerRun, type TestDatabase } from '@sap2/test-support';
import { Client } from 'pg';
import { builtModules } from './built-modules.js';

const CONNECT_TIMEOUT_MS = 60_000;

/** A database as the first start of a service leaves it. All migrations ran once in this run of the tests; this is a copy. */
export async function createMigratedDatabase(): Promise<TestDatabase> {
  const folder = await oncePerRun('migrated', migrateOne);
  const database = await createTestDatabase(readFileSync(nameFile(folder), 'utf8'));
  await becomeAnotherInstallation(database.url);
  return database;
}

const nameFile = (folder: string): string => join(folder, 'name');

async function migrateOne(folder: string): Promise<void> {
  const { prepareSchema, MIGRATIONS } = await builtModules();
  const { name, url, serviceUrl } = await createTestDatabase();
  const addresses = { url: serviceUrl, migrationUrl: url };
  const schema = { ...addresses, applicationName: 'sap2-tests', migrations: MIGRATIONS };
  await prepareSchema(schema, CONNECT_TIMEOUT_MS);
  writeFileSync(nameFile(folder), name);
}

/** A copy has the id of the database that it was copied from, and Redis belongs to one id. */
async function becomeAnotherInstallation(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('UPDATE installation SET id = gen_random_uuid()');
  } finally {
    await client.end();
  }
}
