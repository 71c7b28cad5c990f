import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTestDatabase, startTestRedis, testFolder } from '@sap2/test-support';
import { build } from '../../support/service/built-program.js';
import { blocksOf, likeCheckout, pageOf, ReadersShell } from '../../support/service/readers-shell.js';
import { type ServiceProcess, startServiceProcess } from '../../support/service/service-process.js';
import { TEST_ENVIRONMENT } from '../../support/service/service-under-test.js';
import { shownAt } from '../../support/service/tls-probe.js';
import { until } from '../../support/service/until.js';

/** The chapter, up to the next one. */
const CHAPTER =
  pageOf('docs/operate.md')
    .split(/^## /mu)
    .find((chapter) => chapter.startsWith('TLS\n')) ?? '';
const COMMANDS = blocksOf(CHAPTER, 'sh');
const [SEED = ''] = blocksOf(pageOf('README.md'), 'json');

const folder = testFolder();
const toStop: (() => unknown)[] = [];
let service: ServiceProcess | undefined;
let shell: ReadersShell;

beforeAll(async () => {
  await build();
  likeCheckout(folder);
  writeFileSync(join(folder, 'seed.json'), SEED);
  shell = new ReadersShell(folder);
  toStop.push(() => shell.close());
}, 300_000);
afterAll(async () => {
  for (const stop of toStop.toReversed()) await stop();
});

/** What the shell of the reader has exported for the service. */
async function environment(): Promise<Readonly<Record<string, string>>> {
  const lines = (await shell.run('env | grep ^SAP2_ || true')).split('\n').filter((line) => line !== '');
  return Object.fromEntries(lines.map((line) => line.split('=') as [string, string]));
}

/** As the page says, once the certificates are there. */
async function start(): Promise<ServiceProcess> {
  const [database, redis] = [await createTestDatabase(), await startTestRedis()];
  toStop.push(
    () => database.drop(),
    () => redis.stop(),
  );
  const started = await startServiceProcess({
    ...TEST_ENVIRONMENT,
    ...(await environment()),
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    SAP2_SEED_FILE: join(folder, 'seed.json'),
    SAP2_TLS_RELOAD_S: '1',
  });
  toStop.push(() => started.kill());
  return started;
}

/** As it stands there: only the ports are those of this service. */
const here = (block: string): string =>
  block
    .replaceAll('https://127.0.0.1:7080', service?.adminUrl ?? '')
    .replaceAll('https://127.0.0.1:7070/ssp', service?.sspUrl ?? '');

describe('docs/operate.md, TLS', () => {
  const everything: string[] = [];

  it.each(COMMANDS.map((block) => [block.trim().split('\n').at(-1) ?? '', block]))(
    '%s',
    async (_last, block) => {
      everything.push(await shell.run(here(block)));
      if (block.includes('export SAP2_SSP_TLS')) service = await start();
      expect(everything.length).toBeGreaterThan(0);
    },
    120_000,
  );

  it('does what it says', async () => {
    const all = everything.join('\n');
    for (const word of [
      '"certificates":{"listeners":[{"listener":"ssp"',
      '"clientCertificates":["dns:sap1.operator.example"]',
      'Logout: 200',
      'SAP 2 answers HTTP 403',
      'Without it: no.',
    ])
      expect(all).toContain(word);
    const { fingerprint256 } = new X509Certificate(readFileSync(join(folder, 'tls-trial/sap2.crt')));
    const ca = readFileSync(join(folder, 'tls-trial/ca.crt'), 'utf8');
    await until(
      'the new certificate',
      async () =>
        (await shownAt(service?.sspUrl ?? '', ca)) === fingerprint256.replaceAll(':', '').toLowerCase(),
    );
  });
});
