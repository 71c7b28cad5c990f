import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTestPostgres, startTestRedis, testFolder, type TestServer } from '@sap2/test-support';
import { CONFORMANCE_SEED, OPERATOR } from '../../support/service/conformance-world.js';
import { EndingLine } from '../../support/service/ending-line.js';
import { RawSap1 } from '../../support/peers/raw-sap1.js';
import { RawUser } from '../../support/peers/raw-user.js';
import { type ServiceProcess, startServiceProcess } from '../../support/service/service-process.js';
import { TEST_ENVIRONMENT } from '../../support/service/service-under-test.js';
import { until } from '../../support/service/until.js';

const START_MS = 120_000;
/** More than a pool holds: each of them asks for a connection of its own. */
const LOGINS = 30;

let [postgres, redis]: TestServer[] = [];
let line: EndingLine;
let service: ServiceProcess;
let sap1: RawSap1;
beforeAll(async () => {
  [postgres, redis] = await Promise.all([startTestPostgres(), startTestRedis()]);
  line = await EndingLine.to(postgres.url);
  const seedFile = join(mkdtempSync(join(testFolder(), 'seed-')), 'seed.json');
  writeFileSync(seedFile, JSON.stringify(CONFORMANCE_SEED));
  service = await startServiceProcess({
    ...TEST_ENVIRONMENT,
    SAP2_LOG_LEVEL: 'info',
    DATABASE_URL: line.url,
    REDIS_URL: redis.url,
    SAP2_SEED_FILE: seedFile,
  });
  sap1 = await new RawSap1(service.sspUrl, OPERATOR).connect();
}, START_MS);
afterAll(async () => {
  sap1.close();
  await service.kill();
  await line.close();
  await Promise.all([postgres?.stop(), redis?.stop()]);
});

const user = (number: number): RawUser =>
  new RawUser(sap1, `wv:user-${number}@provider.example`, `user-${number}-password`);

async function logIn(number: number): Promise<number | undefined> {
  const answer = await sap1.post(sap1.message([[sap1.nextTransactionID(), user(number).passwordRequest()]]));
  return answer.status === 200 ? sap1.read(answer)[0]?.code : answer.status;
}

describe('F15: PostgreSQL that ends each new connection as soon as it is ready, in one chunk', () => {
  it('ends no process: keep-alives go on, logins get 503, and all is well again afterwards', async () => {
    const id = await user(0).session();
    line.endAll();
    const codes = await Promise.all(Array.from({ length: LOGINS }, () => logIn(1)));
    expect(new Set(codes)).toEqual(new Set([503]));
    expect((await user(0).keepAlive(id)).code).toBe(200);
    await until('connections that ended so', () => line.ended > LOGINS / 2);
    process.kill(service.pid, 0);

    line.behave();
    await until('a login', async () => (await logIn(2)) === 200);
    expect((await user(0).keepAlive(id)).code).toBe(200);
  });
});

describe('a log that cannot be written any more', () => {
  it('costs its lines, and not the service', async () => {
    service.stopReading();
    // Each set-up writes a line.
    for (let lines = 0; lines < 3; lines += 1) {
      const again = await new RawSap1(service.sspUrl, OPERATOR).connect();
      again.close();
    }
    expect((await user(3).as({ sap1 }).logIn()).code).toBe(200);
    process.kill(service.pid, 0);
  });
});
