import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@sap2/test-support';
import pg from 'pg';
import { MIGRATIONS } from '../../../migrations/index.js';
import { prepareSchema } from './connect-identity-store.js';

const MIGRATION = MIGRATIONS.findIndex(({ name }) => name.startsWith('UnprotectedAgreements'));

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

const migrate = (migrations: typeof MIGRATIONS) =>
  prepareSchema({ url: database.url, applicationName: 'sap2-test', migrations }, 5_000);

describe('agreements from before the rule about MD5', () => {
  it('are marked where they are open, and left alone where they are not', async () => {
    await migrate(MIGRATIONS.slice(0, MIGRATION));
    const put = (name: string, schemas: string, networks: string, certificates: string) =>
      client.query(
        `INSERT INTO agreement (service_id, own_service_id, answer_mode, digest_schemas, namespace,
           source_addresses, client_certificates)
         VALUES ($1, 'wv:@provider.example', 'callback', $2, 'n', $3, $4)`,
        [name, schemas, networks, certificates],
      );
    await put('open', '{MD5}', '{}', '{}');
    await put('open-to-all-addresses', '{HMAC-SHA-256,MD5}', '{192.0.2.0/24,::/0}', '{}');
    await put('by-network', '{MD5}', '{192.0.2.0/24}', '{}');
    await put('by-certificate', '{MD5}', '{}', '{dns:sap1.example}');
    await put('by-secret', '{HMAC-SHA-256}', '{}', '{}');
    await migrate(MIGRATIONS);
    const { rows } = await client.query<{ service_id: string }>(
      'SELECT service_id FROM agreement WHERE allow_unprotected ORDER BY 1',
    );
    expect(rows.map(({ service_id }) => service_id)).toEqual(['open', 'open-to-all-addresses']);
    const { rows: lives } = await client.query('SELECT DISTINCT session_life FROM agreement');
    expect(lives).toEqual([{ session_life: 'time-to-live' }]);
  });
});
