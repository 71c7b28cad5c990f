import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CertificateAuthority, createTestDatabase, startTestRedis } from '@sap2/test-support';
import { OPERATOR, RIVAL } from '../../support/service/conformance-world.js';
import type { RawPeer } from '../../support/peers/raw-http.js';
import { RawSap1 } from '../../support/peers/raw-sap1.js';
import { type ServiceProcess, startServiceProcess } from '../../support/service/service-process.js';
import { TEST_ENVIRONMENT } from '../../support/service/service-under-test.js';
import { TlsFolder } from '../../support/service/tls-world.js';
import { fetchOver, shownAt } from '../../support/service/tls-probe.js';
import { until } from '../../support/service/until.js';

const START_MS = 120_000;
const folder = new TlsFolder();
const toStop: (() => Promise<unknown>)[] = [];
let ca: CertificateAuthority;
let environment: Readonly<Record<string, string>>;

const issue = () => ca.issue({ names: ['127.0.0.1', '127.0.0.2'], usage: 'server' });

beforeAll(async () => {
  ca = await CertificateAuthority.create();
  const [database, redis] = [await createTestDatabase(), await startTestRedis()];
  toStop.push(
    () => database.drop(),
    () => redis.stop(),
  );
  const { certificate, key } = folder.certificate(await issue());
  environment = {
    ...TEST_ENVIRONMENT,
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    SAP2_ADMIN_BIND: '127.0.0.2',
    SAP2_SSP_TLS_CERTIFICATE_FILE: certificate,
    SAP2_SSP_TLS_KEY_FILE: key,
    SAP2_ADMIN_TLS_CERTIFICATE_FILE: certificate,
    SAP2_ADMIN_TLS_KEY_FILE: key,
    SAP2_TLS_RELOAD_S: '86400',
  };
});
afterAll(async () => {
  for (const stop of toStop.toReversed()) await stop();
});

describe('a process with TLS', () => {
  let service: ServiceProcess;
  beforeAll(async () => {
    service = await startServiceProcess(environment);
    toStop.push(() => service.kill());
  }, START_MS);

  it('says where it listens, and listens there only', async () => {
    expect(service.sspUrl).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/ssp$/u);
    expect(service.adminUrl).toMatch(/^https:\/\/127\.0\.0\.2:\d+$/u);
    const trust = { ca: ca.certificatePem };
    expect((await fetchOver(`${service.adminUrl}/health/live`, trust)).status).toBe(200);
    const elsewhere = service.adminUrl.replace('127.0.0.2', '127.0.0.1');
    await expect(fetchOver(`${elsewhere}/health/live`, trust)).rejects.toThrow('ECONNREFUSED');
  });

  it('takes new certificates for both listeners at SIGHUP, and goes on', async () => {
    const { fingerprint, ...issued } = await issue();
    folder.certificate({ fingerprint, ...issued });
    for (const url of [service.sspUrl, service.adminUrl]) {
      expect(await shownAt(url, ca.certificatePem)).not.toBe(fingerprint);
    }
    process.kill(service.pid, 'SIGHUP');
    for (const url of [service.sspUrl, service.adminUrl]) {
      await until('the new certificate', async () => (await shownAt(url, ca.certificatePem)) === fingerprint);
    }
    expect((await fetchOver(`${service.adminUrl}/health/ready`, { ca: ca.certificatePem })).status).toBe(200);
  });
});

describe('authorities that Node trusts by itself', () => {
  it(
    'are trusted for no peer, as long as no agreement names them',
    async () => {
      const shown = await ca.issue({ names: ['sap1.operator.example'], usage: 'client' });
      const agreement = (peer: RawPeer, clientCertificate: string) => ({
        serviceID: peer.serviceID,
        sharedSecret: peer.secret,
        domains: ['provider.example'],
        clientCertificates: [clientCertificate],
      });
      const seed = {
        domains: [{ name: 'provider.example' }],
        agreements: [
          agreement(OPERATOR, 'dns:sap1.operator.example'),
          agreement(RIVAL, `sha256:${shown.fingerprint}`),
        ],
      };
      const service = await startServiceProcess({
        ...environment,
        NODE_EXTRA_CA_CERTS: folder.file('public.crt', ca.certificatePem),
        SAP2_SEED_FILE: folder.file('seed.json', JSON.stringify(seed)),
        SAP2_SSP_TLS_CLIENT_CERTIFICATES: 'optional',
      });
      const tls = { ca: ca.certificatePem, cert: shown.chainPem, key: shown.keyPem };
      const [byName, byFingerprint] = [OPERATOR, RIVAL].map(
        (peer) => new RawSap1(service.sspUrl, peer, [], undefined, tls),
      );
      try {
        await expect(byName?.connect()).rejects.toThrow('HTTP 403');
        await expect(byFingerprint?.connect()).resolves.toBeDefined();
      } finally {
        byName?.close();
        byFingerprint?.close();
        await service.kill();
      }
    },
    START_MS,
  );
});

describe('a start with files that can not be used', () => {
  it.each<[string, Record<string, string>, RegExp]>([
    [
      'a file that is not there',
      { SAP2_SSP_TLS_KEY_FILE: '/nowhere/tls.key' },
      /KEY_FILE \(\/nowhere\/tls\.key\) can not be read \(ENOENT\): is it there/u,
    ],
    [
      'no client authorities',
      { SAP2_SSP_TLS_CLIENT_CERTIFICATES: 'required' },
      /SAP2_SSP_TLS_CLIENT_CA_FILE is not set, but/u,
    ],
    [
      'a certificate without a key',
      { SAP2_ADMIN_TLS_KEY_FILE: '' },
      /SAP2_ADMIN_TLS_KEY_FILE is not set, but/u,
    ],
  ])(
    '%s: ends with the code for a wrong configuration, and says what to do',
    async (_, changes, why) => {
      const start = startServiceProcess({ ...environment, ...changes });
      const failure = await start.then(
        async (started) => {
          await started.kill();
          return 'it started';
        },
        (error: Error) => error.message,
      );
      expect(failure).toMatch(/^The service ended with 78:/u);
      expect(failure).toMatch(why);
    },
    START_MS,
  );
});
