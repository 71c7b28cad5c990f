import { beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { runningPostgresUrl, runningRedisUrl } from '@sap2/embedded-stores';
import { putPostgresInto, testFolder } from '@sap2/test-support';
import { AdminClient } from '../../support/service/admin-client.js';
import { build, COMMAND_LINE, spawnBuilt } from '../../support/service/built-program.js';
import { TEST_ENVIRONMENT } from '../../support/service/service-under-test.js';
import { startServiceProcess } from '../../support/service/service-process.js';
import { until } from '../../support/service/until.js';

beforeAll(build);

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** `sap2` as a process of its own, on the private stores of a folder. */
function start(dataDir: string, args: readonly string[]) {
  const { PATH, HOME, TMPDIR } = process.env;
  const { SAP2_SECRET_KEYS: _keptInTheFolder, ...environment } = TEST_ENVIRONMENT;
  return spawnBuilt(COMMAND_LINE, args, { PATH, HOME, TMPDIR, ...environment, SAP2_DATA_DIR: dataDir });
}

async function sap2(dataDir: string, args: readonly string[], input = ''): Promise<Ended> {
  const child = start(dataDir, args);
  child.stdin.end(input);
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number]>,
  ]);
  return { code, out, err };
}

const claims = (dataDir: string): readonly string[] => {
  const folder = join(dataDir, 'claims');
  return existsSync(folder) ? readdirSync(folder) : [];
};

/** No process has the folder, and none of its stores answers. */
async function expectNothingLeft(dataDir: string): Promise<void> {
  expect(claims(dataDir)).toEqual([]);
  expect(await runningPostgresUrl(dataDir)).toBeUndefined();
  expect(await runningRedisUrl(dataDir)).toBeUndefined();
}

/** Each of its commands starts and ends PostgreSQL and Redis; a busy machine takes some 15 s for it. */
const STARTS_OF_STORES_MS = 240_000;

describe('sap2 on private stores', () => {
  it(
    'starts them only when told to, and those of a service are used and left as they are',
    async () => {
      const dataDir = mkdtempSync(join(testFolder(), 'data-'));
      await putPostgresInto(dataDir);
      const started = ['--start-stores', '--json'];
      const domain = ['domain', 'create', 'provider.example', ...started];
      expect(await sap2(dataDir, domain)).toMatchObject({ code: 0 });
      const made = await sap2(dataDir, ['admin', 'create', 'olive', '--scopes', 'admin', ...started]);
      expect(made.code).toBe(0);
      const { token } = JSON.parse(made.out) as { token: string };
      expect(claims(dataDir)).toEqual([]);

      const { SAP2_SECRET_KEYS: _keptInTheFolder, ...environment } = TEST_ENVIRONMENT;
      const service = await startServiceProcess({ ...environment, SAP2_DATA_DIR: dataDir });
      const admin = new AdminClient(service.adminUrl).as(token);
      expect((await admin.ask('GET', '/domains/provider.example')).status).toBe(200);
      const alice = ['user', 'create', 'wv:alice@provider.example', '--password-file', '-'];
      expect(await sap2(dataDir, alice, 'wonderland')).toMatchObject({ code: 0 });
      expect((await admin.ask('GET', '/users/wv:alice@provider.example')).status).toBe(200);
      expect(claims(dataDir)).toHaveLength(1);
      expect(await service.terminate()).toBe(0);
      const nobody = ['user', 'show', 'wv:nobody@provider.example'];
      expect(await sap2(dataDir, nobody)).toMatchObject({
        code: 3,
        out: '',
        err: expect.stringContaining('--start-stores') as unknown,
      });
      await expectNothingLeft(dataDir);
      expect(await sap2(dataDir, ['--start-stores', ...nobody])).toMatchObject({
        code: 1,
        out: '',
        err: expect.stringContaining('There is no user of this name.') as unknown,
      });
    },
    STARTS_OF_STORES_MS,
  );

  const STARTING = async (dataDir: string) => claims(dataDir).length > 0;
  const WORKING = async (dataDir: string) =>
    claims(dataDir).length > 0 && (await runningRedisUrl(dataDir)) !== undefined;

  it.each([
    ['Ctrl-C while it starts', 'SIGINT', 130, STARTING],
    ['Ctrl-C while it works', 'SIGINT', 130, WORKING],
    ['a request to end', 'SIGTERM', 143, WORKING],
    ['the end of its terminal', 'SIGHUP', 129, WORKING],
  ] as const)('%s ends it with all that it started', async (_what, signal, code, moment) => {
    const dataDir = mkdtempSync(join(testFolder(), 'data-'));
    await putPostgresInto(dataDir);
    const child = start(dataDir, ['user', 'import', '--start-stores']);
    await until('the moment', () => moment(dataDir));
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([code, null]);
    await expectNothingLeft(dataDir);
  });

  it('ends with all that it started when its output has no reader', async () => {
    const dataDir = mkdtempSync(join(testFolder(), 'data-'));
    await putPostgresInto(dataDir);
    const child = start(dataDir, ['domain', 'create', 'provider.example', '--start-stores']);
    child.stdout.destroy();
    expect(await once(child, 'exit')).toEqual([141, null]);
    await expectNothingLeft(dataDir);
    expect(await sap2(dataDir, ['domain', 'show', 'provider.example', '--start-stores'])).toMatchObject({
      code: 0,
    });
  });
});
