import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createTestDatabase, startTestRedis, testFolder } from '@sap2/test-support';
import { RawSap1 } from '../../support/peers/raw-sap1.js';
import { RawUser } from '../../support/peers/raw-user.js';
import { CONFORMANCE_SEED, OPERATOR } from '../../support/service/conformance-world.js';
import { Exposition } from '../../support/service/exposition.js';
import { type ServiceProcess, startServiceProcess } from '../../support/service/service-process.js';
import { TEST_ENVIRONMENT } from '../../support/service/service-under-test.js';
import { until } from '../../support/service/until.js';

const LONG_MS = 300_000;
const AT_ONCE = 4;
const toStop: (() => Promise<unknown>)[] = [];
let service: ServiceProcess;
let sap1: RawSap1;
let id = '';
let [databaseUrl, redisUrl] = ['', ''];
let user: RawUser;

const workers = (): readonly number[] =>
  execFileSync('ps', ['-e', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/u).map(Number))
    .flatMap(([pid = 0, parent]) => (parent === service.pid ? [pid] : []));

/** The answer to a request that has a connection of its own. */
const ask = (path: string): Promise<{ readonly status: number | undefined; readonly body: string }> =>
  new Promise((resolve, reject) => {
    get(service.adminUrl + path, { agent: false }, (answer) => {
      text(answer).then((body) => resolve({ status: answer.statusCode, body }), reject);
    }).on('error', reject);
  });

const keepAliveCode = async (): Promise<number | undefined> => (await user.keepAlive(id)).code;

async function metrics(): Promise<Exposition> {
  return new Exposition((await ask('/metrics')).body);
}

beforeAll(async () => {
  const [database, redis] = [await createTestDatabase(), await startTestRedis()];
  toStop.push(
    () => database.drop(),
    () => redis.stop(),
  );
  [databaseUrl, redisUrl] = [database.url, redis.url];
  const seedFile = join(mkdtempSync(join(testFolder(), 'seed-')), 'seed.json');
  writeFileSync(seedFile, JSON.stringify(CONFORMANCE_SEED));
  service = await startServiceProcess({
    ...TEST_ENVIRONMENT,
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    SAP2_SEED_FILE: seedFile,
    SAP2_WORKERS: '2',
  });
  toStop.push(() => service.terminate());
  sap1 = await new RawSap1(service.sspUrl, OPERATOR).connect();
  user = new RawUser(sap1, 'wv:user-0@provider.example', 'user-0-password');
  id = await user.session();
}, LONG_MS);

afterAll(async () => {
  sap1?.close();
  for (const stop of toStop.toReversed()) await stop();
});

describe('a service with two workers', () => {
  it('serves one session by both, and shows the metrics of both in one scrape', async () => {
    expect(workers()).toHaveLength(2);
    const seen = async (worker: string): Promise<number> =>
      (await metrics()).value('sap2_gate_open', { worker });
    expect([await seen('1'), await seen('2')]).toEqual([1, 1]);
  });

  it(
    'replaces a worker that was killed',
    async () => {
      const [killed = 0, stays] = workers();
      process.kill(killed, 'SIGKILL');
      await until('a new worker', () => workers().length === 2 && !workers().includes(killed));
      expect(workers()).toContain(stays);
      await until(
        'its metrics',
        async () => (await metrics()).value('sap2_gate_open', { worker: '1' }) === 1,
      );
      expect(await keepAliveCode()).toBe(200);
    },
    LONG_MS,
  );

  it(
    'replaces all of them at SIGUSR2 while each new connection is served',
    async () => {
      const before = workers();
      const over = new AbortController();
      const askOften = async (): Promise<Set<number | undefined>> => {
        const seen = new Set<number | undefined>();
        while (!over.signal.aborted) seen.add((await ask('/health/live')).status);
        return seen;
      };
      const asking = Array.from({ length: AT_ONCE }, askOften);
      process.kill(service.pid, 'SIGUSR2');
      await until(
        'new workers',
        () => workers().length === 2 && !workers().some((pid) => before.includes(pid)),
      );
      over.abort();
      for (const seen of await Promise.all(asking)) expect([...seen]).toEqual([200]);
      expect(await keepAliveCode()).toBe(200);
    },
    LONG_MS,
  );

  it('ends with the code of a worker that cannot start', async () => {
    const start = startServiceProcess({
      ...TEST_ENVIRONMENT,
      DATABASE_URL: databaseUrl,
      REDIS_URL: redisUrl,
      SAP2_SSP_TLS_CERTIFICATE_FILE: '/nowhere.crt',
      SAP2_SSP_TLS_KEY_FILE: '/nowhere.key',
      SAP2_WORKERS: '2',
    });
    await expect(start).rejects.toThrow(/ended with 78:/u);
  });

  it(
    'ends all of them with itself',
    async () => {
      const ended = workers();
      expect(await service.terminate()).toBe(0);
      const isThere = (pid: number): boolean => {
        try {
          return process.kill(pid, 0);
        } catch {
          return false;
        }
      };
      expect(ended.filter(isThere)).toEqual([]);
    },
    LONG_MS,
  );
});
