import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '@sap2/config';
import { startTestRedis, testFolder } from '@sap2/test-support';
import type { Service } from '../../../apps/sap2/src/service.js';
import { type BuiltModules, builtModules } from './built-modules.js';
import { createMigratedDatabase } from './migrated-database.js';

/** The parts of a seed file that the tests need; what is missing is filled in by the service. */
export interface TestSeed {
  readonly domains?: readonly object[];
  readonly agreements?: readonly object[];
  readonly users?: readonly object[];
  readonly administrators?: readonly object[];
}

export const ADMIN_TOKEN = 'token-of-the-test-administrator-0001';
/** base64 of 32 bytes, worth nothing outside the tests. */
const SECRET_KEYS = `test:${Buffer.alloc(32, 7).toString('base64')}`;

export const DEFAULT_SEED: TestSeed = {
  domains: [
    {
      name: 'provider.example',
      spInfo: {
        name: 'Example Messaging',
        description: 'Chat <for> everyone',
        url: 'https://provider.example',
      },
    },
    { name: 'silent.example' },
    { name: 'elsewhere.example' },
  ],
  agreements: [
    {
      serviceID: 'wv:@operator.example',
      sharedSecret: 'operator-secret-0001',
      domains: ['provider.example', 'silent.example'],
      allowPasswordOverHttp: true,
    },
    { serviceID: 'wv:@rival.example', sharedSecret: 'rival-secret-0002', domains: ['provider.example'] },
  ],
  users: ['alice', 'bob', 'carol', 'dave'].map((name) => ({
    userID: `wv:${name}@provider.example`,
    password: `${name}-secret`,
  })),
  administrators: [{ name: 'tester', token: ADMIN_TOKEN }],
};

/** Cheap password hashes: these tests are about the protocol. */
export const TEST_ENVIRONMENT = {
  SAP2_SSP_PORT: '0',
  SAP2_ADMIN_PORT: '0',
  SAP2_ARGON2_MEMORY_KIB: '64',
  SAP2_ARGON2_PASSES: '1',
  SAP2_ADMIN_REQUESTS_PER_SECOND: '100000',
  SAP2_ADMIN_FAILURES_PER_MINUTE: '100000',
  // On a busy machine a burst of logins waits for long.
  SAP2_LOGIN_WAIT_MS: '300000',
  // A busy machine accepts all connections of a burst before it reads the first message that proves one.
  SAP2_CONNECTIONS_PER_ADDRESS: '4000',
  SAP2_SECRET_KEYS: SECRET_KEYS,
};

export interface ServiceUnderTest {
  readonly sspUrl: string;
  /** Of http beside https. */
  readonly plainUrl: string;
  readonly adminUrl: string;
  /** Of service elements; the same where they have no port of their own. */
  readonly northboundUrl: string;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** Everything that it logged until now, down to `debug`. */
  readonly log: readonly string[];
  /** Text that the log must never contain: its configured secrets. */
  readonly secrets: readonly string[];
  admin(method: string, path: string): Promise<Response>;
  /** As SIGHUP does. */
  reloadCertificates(): Promise<void>;
  stop(): Promise<void>;
}

/** A whole service in this process, on a database and a Redis of its own. */
export async function startServiceUnderTest(
  environment: Readonly<Record<string, string>> = {},
  seed: TestSeed = DEFAULT_SEED,
): Promise<ServiceUnderTest> {
  const built = await builtModules();
  const [database, redis] = await Promise.all([createMigratedDatabase(), startTestRedis()]);
  const seedFile = join(mkdtempSync(join(testFolder(), 'seed-')), 'seed.json');
  writeFileSync(seedFile, JSON.stringify(seed));
  const config = configOf(built, {
    ...TEST_ENVIRONMENT,
    // A second process on the database of the first finds it migrated.
    ...(environment['DATABASE_URL'] === undefined && {
      DATABASE_URL: database.serviceUrl,
      SAP2_MIGRATION_DATABASE_URL: database.url,
    }),
    REDIS_URL: redis.url,
    SAP2_SEED_FILE: seedFile,
    ...environment,
  });
  const log: string[] = [];
  const output = { write: (line: string) => log.push(line) };
  const service: Service = await built.startService(
    config,
    built.createEventLog({ level: 'debug', output }),
    () => undefined,
    new AbortController().signal,
  );
  const scheme = (certificate: string | undefined): string => (certificate === undefined ? 'http' : 'https');
  const admin = `${scheme(config.adminTlsCertificateFile)}://${config.adminBind}`;
  const adminUrl = `${admin}:${service.adminPort}`;
  return {
    sspUrl: `${scheme(config.sspTlsCertificateFile)}://127.0.0.1:${service.sspPort}/ssp`,
    plainUrl: `http://127.0.0.1:${service.sspPlainPort}/ssp`,
    adminUrl,
    northboundUrl: `${admin}:${service.northboundPort ?? service.adminPort}`,
    databaseUrl: database.url,
    redisUrl: redis.url,
    log,
    secrets: [SECRET_KEYS, SECRET_KEYS.slice('test:'.length), ADMIN_TOKEN],
    admin: (method, path) =>
      fetch(`${adminUrl}${path}`, { method, headers: { Authorization: `Bearer ${ADMIN_TOKEN}` } }),
    reloadCertificates: () => service.reloadCertificates(),
    stop: async () => {
      await service.stop();
      await redis.stop();
      await database.drop();
    },
  };
}

function configOf(
  { readConfig, describeFault }: BuiltModules,
  environment: Readonly<Record<string, string>>,
): Config {
  const config = readConfig(environment);
  if (config.ok) return config.value;
  throw new Error(config.error.map(describeFault).join('\n'));
}
