import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { X509Certificate } from 'node:crypto';
import { execFile } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { createTestDatabase, startTestRedis, testFolder } from '@sap2/test-support';
import { build } from '../../support/service/built-program.js';
import { type ServiceProcess, startServiceProcess } from '../../support/service/service-process.js';
import { TEST_ENVIRONMENT } from '../../support/service/service-under-test.js';
import { shownAt } from '../../support/service/tls-probe.js';
import { until } from '../../support/service/until.js';

const run = promisify(execFile);

const ROOT = resolve(import.meta.dirname, '../../..');
const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
/** The chapter, up to the next one. */
const CHAPTER =
  textOf('docs/operate.md')
    .split(/^## /mu)
    .find((chapter) => chapter.startsWith('TLS\n')) ?? '';
const COMMANDS = Array.from(CHAPTER.matchAll(/^```sh\n(.*?)^```/gmsu), ([, block = '']) => block);
const SEED = /^```json\n(.*?)^```/msu.exec(textOf('README.md'))?.[1] ?? '';

const exportsOf = (block: string): readonly string[] =>
  block.split('\n').filter((line) => line.startsWith('export '));
/** What the page has the service started with. */
const SETTINGS = COMMANDS.flatMap(exportsOf).filter((line) => line.startsWith('export SAP2_'));

const folder = testFolder();
const toStop: (() => Promise<unknown>)[] = [];
let service: ServiceProcess | undefined;

function environment(): Readonly<Record<string, string>> {
  const pairs = SETTINGS.map(
    (line) => line.slice('export '.length).replace('$PWD', folder).split('=') as [string, string],
  );
  return Object.fromEntries(pairs);
}

beforeAll(async () => {
  for (const name of ['package.json', 'dist']) symlinkSync(join(ROOT, name), join(folder, name));
  writeFileSync(join(folder, 'seed.json'), SEED);
  await build();
}, 300_000);
afterAll(async () => {
  for (const stop of toStop.toReversed()) await stop();
});

/** As the page says, once the certificates are there. */
async function start(): Promise<ServiceProcess> {
  const [database, redis] = [await createTestDatabase(), await startTestRedis()];
  toStop.push(
    () => database.drop(),
    () => redis.stop(),
  );
  const started = await startServiceProcess({
    ...TEST_ENVIRONMENT,
    ...environment(),
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    SAP2_SEED_FILE: join(folder, 'seed.json'),
    SAP2_TLS_RELOAD_S: '1',
  });
  toStop.push(() => started.kill());
  return started;
}

async function said(block: string): Promise<string> {
  const script = ['set -euo pipefail', ...COMMANDS.flatMap(exportsOf), block]
    .join('\n')
    .replaceAll('npm run --silent sap1 --', 'node dist/apps/sap1/src/main.js')
    .replaceAll('https://127.0.0.1:7080', service?.adminUrl ?? '')
    .replaceAll('https://127.0.0.1:7070/ssp', service?.sspUrl ?? '');
  const { stdout } = await run('bash', ['-c', script], { cwd: folder, timeout: 60_000 });
  return stdout;
}

describe('docs/operate.md, TLS', () => {
  const everything: string[] = [];

  it.each(COMMANDS.map((block) => [block.trim().split('\n').at(-1) ?? '', block]))(
    '%s',
    async (_last, block) => {
      everything.push(await said(block));
      if (exportsOf(block).some((line) => SETTINGS.includes(line))) service ??= await start();
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
    const { fingerprint256 } = new X509Certificate(readFileSync(join(folder, 'sap2.crt')));
    const ca = readFileSync(join(folder, 'ca.crt'), 'utf8');
    await until(
      'the new certificate',
      async () =>
        (await shownAt(service?.sspUrl ?? '', ca)) === fingerprint256.replaceAll(':', '').toLowerCase(),
    );
  });
});
