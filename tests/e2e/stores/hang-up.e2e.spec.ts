import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { runningPostgresUrl, runningRedisUrl } from '@sap2/embedded-stores';
import {
  CertificateAuthority,
  createTestDatabase,
  putPostgresInto,
  startTestRedis,
  testFolder,
} from '@sap2/test-support';
import { build, SERVICE } from '../../support/service/built-program.js';
import { startServiceProcess } from '../../support/service/service-process.js';
import { TEST_ENVIRONMENT } from '../../support/service/service-under-test.js';
import { until } from '../../support/service/until.js';

const LONG_MS = 300_000;
const { SAP2_SECRET_KEYS: _keptInTheFolder, ...PRIVATE } = TEST_ENVIRONMENT;

const newFolder = (): string => mkdtempSync(join(testFolder(), 'data-'));

async function newDataDir(): Promise<string> {
  const dataDir = newFolder();
  await putPostgresInto(dataDir);
  return dataDir;
}

const claims = (dataDir: string): readonly string[] =>
  existsSync(join(dataDir, 'claims')) ? readdirSync(join(dataDir, 'claims')) : [];

async function expectNothingLeft(dataDir: string): Promise<void> {
  expect(claims(dataDir)).toEqual([]);
  expect(await runningPostgresUrl(dataDir)).toBeUndefined();
  expect(await runningRedisUrl(dataDir)).toBeUndefined();
}

/** Opens a terminal for a command, and has it closed by its own end, as a window is. */
const IN_A_TERMINAL = 'import pty, sys; pty.spawn(sys.argv[1:])';

async function certificateIn(folder: string): Promise<Readonly<Record<string, string>>> {
  const { chainPem, keyPem } = await (
    await CertificateAuthority.create('Ours')
  ).issue({ names: ['localhost'] });
  const files = {
    SAP2_SSP_TLS_CERTIFICATE_FILE: join(folder, 'sap2.crt'),
    SAP2_SSP_TLS_KEY_FILE: join(folder, 'sap2.key'),
  };
  writeFileSync(files.SAP2_SSP_TLS_CERTIFICATE_FILE, chainPem);
  writeFileSync(files.SAP2_SSP_TLS_KEY_FILE, keyPem, { mode: 0o600 });
  return files;
}

describe('a service that gets SIGHUP', () => {
  it(
    'stops in order where it has no certificates to read again, and leaves no store behind',
    async () => {
      const dataDir = await newDataDir();
      const service = await startServiceProcess({ ...PRIVATE, SAP2_DATA_DIR: dataDir });
      expect(await runningRedisUrl(dataDir)).toBeDefined();
      expect(await service.terminate('SIGHUP')).toBe(0);
      await expectNothingLeft(dataDir);
    },
    LONG_MS,
  );

  it(
    'stops in order when its terminal was closed, although it has certificates',
    async () => {
      const dataDir = await newDataDir();
      await build();
      const { PATH, HOME, TMPDIR } = process.env;
      const environment = { ...PRIVATE, ...(await certificateIn(newFolder())), SAP2_DATA_DIR: dataDir };
      const terminal = spawn('python3', ['-c', IN_A_TERMINAL, process.execPath, SERVICE], {
        env: { PATH, HOME, TMPDIR, ...environment },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let said = '';
      terminal.stdout.on('data', (data: Buffer) => (said += data.toString()));
      await until('the service', () => said.includes('Administration:'));
      terminal.kill('SIGKILL');
      await until('its end', () => claims(dataDir).length === 0);
      await expectNothingLeft(dataDir);
    },
    LONG_MS,
  );
});

describe('two installations on one Redis', () => {
  it(
    'the second is turned away, says what to do, and starts with a prefix of its own; keys of both begin with theirs',
    async () => {
      const [first, second, redis] = [
        await createTestDatabase(),
        await createTestDatabase(),
        await startTestRedis(),
      ];
      const on = ({ url }: { readonly url: string }, more: Readonly<Record<string, string>> = {}) =>
        startServiceProcess({ ...TEST_ENVIRONMENT, DATABASE_URL: url, REDIS_URL: redis.url, ...more });
      const one = await on(first);
      await expect(on(second)).rejects.toThrow(
        /ended with 1:[^]*Redis keeps the sessions of another SAP 2 [^]*SAP2_REDIS_PREFIX/u,
      );
      const other = await on(second, { SAP2_REDIS_PREFIX: 'blue:' });
      const again = await on(first);
      for (const service of [one, other, again]) expect(await service.terminate()).toBe(0);
      const client = new Redis(redis.url);
      const keys = await client.keys('*');
      client.disconnect();
      expect(keys).toEqual(expect.arrayContaining(['sap2:owner', 'blue:sap2:owner', 'blue:sap2:{07}:shard']));
      expect(keys.filter((key) => !/^(?:blue:)?sap2:/u.test(key))).toEqual([]);
      await Promise.all([first.drop(), second.drop(), redis.stop()]);
    },
    LONG_MS,
  );
});
