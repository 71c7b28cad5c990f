import { beforeAll, describe, expect, it } from '@jest/globals';
import { CertificateAuthority, type IssuedCertificate } from '@sap2/test-support';
import { OPERATOR } from '../../support/service/conformance-world.js';
import { Exposition } from '../../support/service/exposition.js';
import type { RawTls } from '../../support/peers/raw-http.js';
import { ADMIN_TOKEN } from '../../support/service/service-under-test.js';
import { fetchOver } from '../../support/service/tls-probe.js';
import { OPERATOR_NAME, TlsFolder, tlsWorldForThisFile } from '../../support/service/tls-world.js';
import { until } from '../../support/service/until.js';

const HOUR_MS = 3_600_000;
const adminFolder = new TlsFolder();
const adminFiles = {
  SAP2_ADMIN_TLS_CERTIFICATE_FILE: adminFolder.file('tls.crt', ''),
  SAP2_ADMIN_TLS_KEY_FILE: adminFolder.file('tls.key', ''),
  SAP2_ADMIN_TLS_CLIENT_CA_FILE: adminFolder.file('clients-ca.crt', ''),
};

/** Signs the certificates of the listener for administrators, and of administrators. */
let ca: CertificateAuthority;
beforeAll(async () => {
  ca = await CertificateAuthority.create('Root of the administrators');
  adminFolder.certificate(await ca.issue({ names: ['127.0.0.1'], usage: 'server' }));
  adminFolder.authorities(ca);
});
const world = tlsWorldForThisFile({
  ...adminFiles,
  SAP2_SSP_TLS_CLIENT_CERTIFICATES: 'required',
  SAP2_ADMIN_TLS_CLIENT_CERTIFICATES: 'required',
});

/** Certificates that a listener refuses if it requires one of the authority `of`. */
const WRONG: readonly [
  string,
  string,
  (of: CertificateAuthority) => Promise<IssuedCertificate | undefined>,
][] = [
  ['no certificate', 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE', async () => undefined],
  [
    'one that has expired',
    'CERT_HAS_EXPIRED',
    (of) =>
      of.issue({
        names: [OPERATOR_NAME],
        from: new Date(Date.now() - 2 * HOUR_MS),
        until: new Date(Date.now() - HOUR_MS),
      }),
  ],
  [
    'one that is not valid yet',
    'CERT_NOT_YET_VALID',
    (of) => of.issue({ names: [OPERATOR_NAME], from: new Date(Date.now() + HOUR_MS) }),
  ],
  [
    'one of another authority',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    async () => (await CertificateAuthority.create()).issue({ names: [OPERATOR_NAME] }),
  ],
  ['one for servers only', 'INVALID_PURPOSE', (of) => of.issue({ names: [OPERATOR_NAME], usage: 'server' })],
];

/** What a client sees of it: an alert, or that the other side has gone. */
const CUT_OFF = /alert|ECONNRESET|EPIPE|socket hang up/u;

const reasons = (door: string): readonly unknown[] =>
  world
    .logged('tls_handshake_failed')
    .map(({ detail }) => String(detail))
    .filter((detail) => detail.startsWith(`${door}: `));

describe('a listener for peers that requires certificates', () => {
  it('is passed with the one that was agreed', async () => {
    expect((await world.newUser(await world.operator()).logIn()).code).toBe(200);
    await expect(world.sap1(OPERATOR, world.rivalCertificate).connect()).rejects.toThrow('HTTP 403');
  });

  it.each(WRONG)('%s is not connected at all', async (_, why, issue) => {
    const shown = await issue(world.clientCa);
    const before = reasons('ssp').length;
    const refused = await world
      .sap1(OPERATOR, shown)
      .connect()
      .then(
        () => 'connected',
        (error: Error) => error.message,
      );
    expect(refused).not.toMatch(/connected|HTTP/u);
    await until('its reason', () => reasons('ssp').length > before);
    expect(reasons('ssp').slice(before)).toEqual([`ssp: ${why}`]);
  });
});

const trusting = (shown?: IssuedCertificate): RawTls => ({
  ca: ca.certificatePem,
  ...(shown && { cert: shown.chainPem, key: shown.keyPem }),
});

describe('a listener for administrators that requires certificates', () => {
  const ask = async (
    shown: IssuedCertificate | undefined,
    path: string,
    token = ADMIN_TOKEN,
  ): Promise<number> =>
    (
      await fetchOver(`${world.service.adminUrl}${path}`, trusting(shown), {
        Authorization: `Bearer ${token}`,
      })
    ).status;

  it('is passed with one, and then wants the token as ever', async () => {
    const mine = await ca.issue({ commonName: 'an administrator', usage: 'client' });
    expect(await ask(mine, '/admin/v1/sessions')).toBe(200);
    expect(await ask(mine, '/admin/v1/sessions', 'not-a-token-of-anybody-here')).toBe(401);
  });

  it.each(WRONG)('%s is not connected at all, whatever the token', async (_, why, issue) => {
    const shown = await issue(ca);
    const before = reasons('admin').length;
    for (const path of ['/admin/v1/sessions', '/health/live', '/metrics']) {
      await expect(ask(shown, path)).rejects.toThrow(CUT_OFF);
    }
    await until('their reasons', () => reasons('admin').length >= before + 3);
    expect(reasons('admin').slice(before)).toEqual(Array.from({ length: 3 }, () => `admin: ${why}`));
  });

  it('nor a peer with its certificate, nor anybody by http', async () => {
    await expect(ask(world.operatorCertificate, '/admin/v1/sessions')).rejects.toThrow(CUT_OFF);
    const http = world.service.adminUrl.replace('https:', 'http:');
    await expect(fetchOver(`${http}/health/live`, {})).rejects.toThrow(CUT_OFF);
  });

  it('counts who was not connected', async () => {
    const mine = await ca.issue({ usage: 'client' });
    const { body } = await fetchOver(`${world.service.adminUrl}/metrics`, trusting(mine));
    const counted = new Exposition(body).value('sap2_tls_failed_handshakes_total', { listener: 'admin' });
    expect(counted).toBeGreaterThanOrEqual(3 * WRONG.length);
    expect(counted).toBeLessThanOrEqual(reasons('admin').length);
  });
});
