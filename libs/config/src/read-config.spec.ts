import { describe, expect, it } from '@jest/globals';
import { type ConfigFault, describeFault, type Environment, readConfig } from '@sap2/config';
import { GROUPS, VARIABLES } from './variables.js';

const KEY_A = `a:${Buffer.alloc(32, 1).toString('base64')}`;
const KEY_B = `b:${Buffer.alloc(32, 2).toString('base64')}`;

function config(env: Environment = {}) {
  const read = readConfig(env);
  if (!read.ok) throw new Error(read.error.map(describeFault).join('\n'));
  return read.value;
}

function faults(env: Environment): readonly ConfigFault[] {
  const read = readConfig(env);
  return read.ok ? [] : read.error;
}

const faulty = (env: Environment): readonly string[] => faults(env).map((fault) => fault.variable);

describe('configuration', () => {
  it('needs no variable at all: the stores are the embedded ones and no secret has a default', () => {
    expect(config()).toEqual({
      roles: new Set(['ssp', 'admin', 'sweeper', 'delivery']),
      workers: 'auto',
      logLevel: 'info',
      shutdownDeadlineMs: 30_000,
      shutdownNoticeMs: 0,
      faultInjection: undefined,
      bind: '127.0.0.1',
      adminBind: '127.0.0.1',
      adminCorsOrigins: [],
      cliToken: undefined,
      cliUrl: undefined,
      sspPort: 7070,
      adminPort: 7080,
      northboundPort: undefined,
      adminRequestsPerSecond: 200,
      adminFailuresPerMinute: 30,
      consoleIdleS: 900,
      consoleLifeS: 43_200,
      sspBodyLimitBytes: 1_048_576,
      maxInFlight: 1000,
      sspTlsCertificateFile: undefined,
      sspTlsKeyFile: undefined,
      sspTlsClientCertificates: 'none',
      sspTlsClientCaFile: undefined,
      sspPlainPort: undefined,
      adminTlsCertificateFile: undefined,
      adminTlsKeyFile: undefined,
      adminTlsClientCertificates: 'none',
      adminTlsClientCaFile: undefined,
      tlsReloadS: 10,
      peerNetworks: undefined,
      peerHttp: 'allowed-networks',
      peerTlsCaFile: undefined,
      peerTlsCertificateFile: undefined,
      peerTlsKeyFile: undefined,
      databaseUrl: undefined,
      migrationDatabaseUrl: undefined,
      redisPrefix: '',
      redisUrl: undefined,
      secretKeys: undefined,
      dataDir: '.sap2',
      seedFile: undefined,
      historyKeepMonths: 13,
      auditKeepMonths: 36,
      eventsKeepDays: 7,
      webhookDeadlineMs: 15_000,
      webhookHorizonS: 259_200,
      webhookRetryMaxS: 60,
      ssfIssuer: undefined,
      ssfKeyDays: 90,
      auditAnchorIntervalS: 300,
      auditAnchorFile: undefined,
      auditAnchorUrl: undefined,
      dbPool: 10,
      keepAliveMinS: 60,
      keepAliveMaxS: 86_400,
      keepAliveDefaultS: 3600,
      keepAliveGraceS: 60,
      keepAliveJitterPercent: 0,
      secondLogin: 'takeover',
      sessionsPerUser: 8,
      endedAtOnce: 1000,
      overLimit: 'evict-oldest',
      tombstoneS: 3600,
      sweepIntervalMs: 1000,
      reconcileIntervalMs: 30_000,
      loginAttempts: 5,
      loginAttemptsPerPeer: 1000,
      loginStrangersRate: 2,
      loginKnownClientS: 2_592_000,
      loginAttemptsWindowS: 300,
      nonceTtlS: 120,
      passwordMinCharacters: 8,
      hashesAtOnce: 'auto',
      loginWaitMs: 5_000,
      argon2MemoryKib: 19_456,
      argon2Passes: 2,
      sspSessionTtlS: 86_400,
      sspSessionsPerPeer: 64,
      peerRequestRate: 0,
      peerLoginRate: 0,
      peerInFlight: 400,
      requestTimeoutS: 30,
      bodiesBytes: 67_108_864,
      strangersBodiesBytes: 16_777_216,
      connectionsPerAddress: 512,
      connectionsOfStrangers: 4096,
      connections: 8192,
      connectionsWaiting: 4096,
      setupsPerPeer: 16,
      setupsPerAddress: 4096,
      setupsInAll: 16_384,
      wrongDigestsPerAddress: 60,
      setupTtlS: 60,
      repetitionKeepS: 600,
      pushDeadlineMs: 30_000,
      pushHorizonS: 86_400,
      pushBatch: 500,
      pushConcurrency: 64,
      pushMessagesPerPeer: 4,
      pushFailuresToOpen: 3,
      pushTrialMaxS: 15,
      deliveriesKeepDays: 7,
      undeliveredKeepDays: 90,
    });
  });

  it('takes what is set, and an empty variable for one that is not', () => {
    const read = config({
      SAP2_SSP_PORT: '0',
      SAP2_ROLES: ' sweeper, delivery ',
      SAP2_OVER_LIMIT: 'reject',
      SAP2_BIND: '',
    });
    expect(read.sspPort).toBe(0);
    expect(read.roles).toEqual(new Set(['sweeper', 'delivery']));
    expect(read.overLimit).toBe('reject');
    expect(read.bind).toBe('127.0.0.1');
  });

  it('does not look at variables of others', () => {
    expect(readConfig({ HOME: '/root', PORT: 'x', npm_package_name: 'sap2' }).ok).toBe(true);
  });

  it('knows each variable in one group only', () => {
    const names = GROUPS.flatMap((group) => Object.keys(group.variables));
    expect(names.toSorted()).toEqual(Object.keys(VARIABLES).toSorted());
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(Object.entries(VARIABLES))(
    '%s says its unit and its default lies in its range',
    (name, variable) => {
      const unit = {
        MONTHS: 'months',
        DAYS: 'days',
        S: 'seconds',
        MS: 'milliseconds',
        BYTES: 'bytes',
        KIB: 'KiB',
      }[name.split('_').at(-1) ?? ''];
      expect(/^a whole number of (\w+)/.exec(variable.expected)?.[1]).toBe(unit);
      expect(variable.schema.safeParse(variable.fallback).success).toBe(true);
    },
  );
});

describe('a faulty environment', () => {
  it('gets a report of all its faults at once', () => {
    const env = {
      SAP2_SSP_PORT: '70700',
      SAP2_SPP_PORT: '7070',
      SAP2_ROLES: 'ssp,cook',
      SAP2_SECOND_LOGIN: 'maybe',
      SAP2_KEEP_ALIVE_MIN_S: '7200',
      DATABASE_URL: 'postgres://db.example/sap2',
    };
    expect(faults(env).map(describeFault)).toEqual([
      'SAP2_ROLES is "ssp,cook"; expected some of ssp, admin, sweeper, delivery, separated by commas',
      'SAP2_SSP_PORT is "70700"; expected a whole number from 0 to 65535',
      'SAP2_SECOND_LOGIN is "maybe"; expected one of takeover, reject',
      'SAP2_KEEP_ALIVE_MIN_S is above SAP2_KEEP_ALIVE_DEFAULT_S; expected shortest ≤ default ≤ longest',
      expect.stringMatching(/^SAP2_SECRET_KEYS is not set, but DATABASE_URL is; expected id:key pairs/),
      'SAP2_SPP_PORT is no variable of SAP 2; expected SAP2_SSP_PORT',
    ]);
  });

  it.each(['abc', '-1', '1.5', '0x10', '1e3', ' 7070', '7070 ', '65536', '9'.repeat(400), '٣'])(
    'does not take %j for a port',
    (text) => {
      expect(faulty({ SAP2_SSP_PORT: text })).toEqual(['SAP2_SSP_PORT']);
    },
  );

  it('does not repeat a long value whole', () => {
    expect(faults({ SAP2_BIND: '!'.repeat(1000) })[0]?.problem.length).toBeLessThan(80);
  });

  it.each([
    ['sap2_ssp_port', 'SAP2_SSP_PORT'],
    ['SAP2_KEEPALIVE_MIN_S', 'SAP2_KEEP_ALIVE_MIN_S'],
    ['SAP2_SECRET_KEY', 'SAP2_SECRET_KEYS'],
    ['SAP2_QQ', 'a name from docs/configuration.md'],
  ])('%s is a misspelling of %s', (variable, expected) => {
    expect(faults({ [variable]: 'x' })).toEqual([{ variable, problem: 'is no variable of SAP 2', expected }]);
  });

  it('knows no variables by way of Object.prototype', () => {
    expect(faulty({ SAP2___PROTO__: '1' })).toEqual(['SAP2___PROTO__']);
  });

  it('has the default keep-alive time between the shortest and the longest', () => {
    expect(faulty({ SAP2_KEEP_ALIVE_MAX_S: '600' })).toEqual(['SAP2_KEEP_ALIVE_MAX_S']);
    expect(faulty({ SAP2_KEEP_ALIVE_MIN_S: '900', SAP2_KEEP_ALIVE_MAX_S: '300' })).toEqual([
      'SAP2_KEEP_ALIVE_MAX_S',
    ]);
    const short = { SAP2_KEEP_ALIVE_MIN_S: '2', SAP2_KEEP_ALIVE_DEFAULT_S: '2', SAP2_KEEP_ALIVE_MAX_S: '2' };
    expect(faulty(short)).toEqual([]);
  });

  it('has two listeners on two ports, unless it may use any free port', () => {
    expect(faulty({ SAP2_SSP_PORT: '8000', SAP2_ADMIN_PORT: '8000' })).toEqual(['SAP2_ADMIN_PORT']);
    expect(faulty({ SAP2_SSP_PORT: '0', SAP2_ADMIN_PORT: '0' })).toEqual([]);
  });
});

describe('secret keys', () => {
  it('keep their order, since the first encrypts', () => {
    expect(config({ SAP2_SECRET_KEYS: `${KEY_B},${KEY_A}` }).secretKeys).toEqual([
      { id: 'b', key: Buffer.alloc(32, 2) },
      { id: 'a', key: Buffer.alloc(32, 1) },
    ]);
  });

  it.each([
    ['without an id', KEY_A.slice(2), 'key 1 has no id in front of it'],
    [
      'of another length',
      `${KEY_A},c:${Buffer.alloc(31, 7).toString('base64')}`,
      'key 2 is not id:base64 of 32 bytes',
    ],
    ['that is no base64', 'a:***', 'key 1 is not id:base64 of 32 bytes'],
    [
      'with an id that is taken',
      `${KEY_A},${KEY_B.replace('b:', 'a:')}`,
      'key 2 has the id of an earlier key',
    ],
    ['that is empty', `${KEY_A},`, 'key 2 has no id in front of it'],
  ])('%s are refused without being repeated', (_, keys, problem) => {
    const [fault] = faults({ SAP2_SECRET_KEYS: keys });
    expect(fault?.problem).toBe(`is wrong: ${problem}`);
    for (const secret of keys.split(/[,:]/).filter((part) => part.length > 8)) {
      expect(JSON.stringify(fault)).not.toContain(secret);
    }
  });

  it('are needed as soon as the database is not the embedded one', () => {
    const DATABASE_URL = 'postgres://db.example/sap2';
    expect(faulty({ DATABASE_URL })).toEqual(['SAP2_SECRET_KEYS']);
    expect(faulty({ DATABASE_URL, SAP2_SECRET_KEYS: '' })).toEqual(['SAP2_SECRET_KEYS']);
    expect(faulty({ DATABASE_URL, SAP2_SECRET_KEYS: KEY_A })).toEqual([]);
  });
});
