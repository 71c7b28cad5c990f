import type { Config } from '@sap2/config';
import { prepareSchema } from '@sap2/identity-store';
import { MIGRATIONS } from '../../../../migrations/index.js';
import { openStoresBeside } from '../open-stores.js';

/** Names of the migrations that were missing. @throws what PostgreSQL says when it cannot be reached */
export async function migrateDatabase(
  config: Config,
  startsStores: boolean,
  end: AbortSignal,
): Promise<readonly string[]> {
  const stores = await openStoresBeside(config, startsStores, end);
  try {
    const schema = {
      url: stores.databaseUrl,
      migrationUrl: config.migrationDatabaseUrl,
      applicationName: 'sap2-migrate',
      migrations: MIGRATIONS,
      auditKeepMonths: config.auditKeepMonths,
    };
    return await prepareSchema(schema, CONNECT_TIMEOUT_MS);
  } finally {
    await stores.close();
  }
}

const CONNECT_TIMEOUT_MS = 5_000;
