import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTestDatabase, startTestRedis, testFolder, type TestDatabase } from '@sap2/test-support';
import pg from 'pg';
import { startServiceProcess } from '../../support/service/service-process.js';
import { ADMIN_TOKEN, TEST_ENVIRONMENT, type TestSeed } from '../../support/service/service-under-test.js';

const AGREEMENT = {
  serviceID: 'wv:@operator.example',
  sharedSecret: 'operator-secret-0001',
  domains: ['provider.example'],
};
const GOOD: TestSeed = {
  domains: [{ name: 'provider.example' }],
  agreements: [AGREEMENT],
  administrators: [{ name: 'root', token: ADMIN_TOKEN }],
};

let database: TestDatabase;
let redis: Awaited<ReturnType<typeof startTestRedis>>;
beforeAll(async () => {
  [database, redis] = [await createTestDatabase(), await startTestRedis()];
});
afterAll(async () => {
  await redis.stop();
  await database.drop();
});

/** What the process said before it ended with 1. */
async function refusalOf(seed: TestSeed): Promise<string> {
  const SAP2_SEED_FILE = join(mkdtempSync(join(testFolder(), 'seed-')), 'seed.json');
  writeFileSync(SAP2_SEED_FILE, JSON.stringify(seed));
  const environment = {
    ...TEST_ENVIRONMENT,
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    SAP2_SEED_FILE,
  };
  const outcome = await startServiceProcess(environment).catch((error: Error) => error);
  if (outcome instanceof Error) return outcome.message;
  await outcome.terminate();
  return 'it started';
}

const faultsIn = (said: string): readonly string[] =>
  [...said.matchAll(/(?:domains|agreements|users|administrators)\[\d+\][^"\n\\]*/gu)].map(([fault]) => fault);

describe('a service that is started with a seed file', () => {
  it('of weak secrets and open access ends, and names them all, by the rules of REST', async () => {
    const said = await refusalOf({
      ...GOOD,
      agreements: [
        { ...AGREEMENT, sharedSecret: 'x' },
        { ...AGREEMENT, serviceID: 'wv:@field.example', digestSchemas: ['MD5'] },
        { ...AGREEMENT, serviceID: 'wv:@cloud.example', callbackUrl: 'http://169.254.169.254/' },
        { ...AGREEMENT, serviceID: 'wv:@named.example', ownServiceID: 'wv:@nowhere.example' },
      ],
      users: [{ userID: 'wv:alice@provider.example', password: 'short' }],
      administrators: [{ name: 'root', token: 'x' }],
    });
    expect(said).toContain('ended with 1');
    expect(faultsIn(said)).toEqual([
      'agreements[0].sharedSecret: must have at least 16 characters',
      expect.stringMatching(/^agreements\[1\]\.sourceAddresses: must name the networks .*allowUnprotected/),
      'administrators[0].token: must have at least 16 characters',
      expect.stringMatching(/^agreements\[2\]\.callbackUrl: cannot be called: 169\.254\.169\.254/),
      'agreements[3].ownServiceID: its domain is not a domain of this file or of the database',
      'users[0].password: must have at least 8 characters',
    ]);
  });

  it('was not changed by it, not even in part', async () => {
    const owner = new pg.Client({ connectionString: database.url });
    await owner.connect();
    const { rows } = await owner.query('SELECT name FROM domain UNION ALL SELECT service_id FROM agreement');
    await owner.end();
    expect(rows).toEqual([]);
  });

  it('that somebody means to have open, and with all else in order, starts', async () => {
    const open = { ...AGREEMENT, digestSchemas: ['MD5'], allowUnprotected: true };
    expect(await refusalOf({ ...GOOD, agreements: [open] })).toBe('it started');
  });
});
