import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CertificateAuthority, type IssuedCertificate } from '@sap2/test-support';
import { runSap1 } from '../../../apps/sap1/src/cli/program.js';
import type { Terminal } from '@sap2/terminal';
import { clientAt, Sap1 } from '../../../apps/sap1/src/index.js';
import { OPERATOR } from '../../support/service/conformance-world.js';
import { fetchOver } from '../../support/service/tls-probe.js';
import { LEGACY, tlsWorldForThisFile } from '../../support/service/tls-world.js';

const world = tlsWorldForThisFile();

/** The command line, as a user types it. */
async function sap1(...args: readonly string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const terminal: Terminal = {
    out: (line) => void out.push(line),
    err: (line) => void err.push(line),
    askPassword: () => Promise.resolve('user-0-password'),
    readAll: () => Promise.resolve(''),
    interrupted: () => Promise.resolve(),
  };
  const usual = [
    '--url',
    world.service.sspUrl,
    '--secret',
    OPERATOR.secret,
    '--service-id',
    OPERATOR.serviceID,
  ];
  return { code: await runSap1([...usual, ...args], terminal), out: out.join('\n'), err: err.join('\n') };
}

const caFile = (): string => world.folder.file('server-ca.crt', world.serverCa.certificatePem);
function files({ chainPem, keyPem }: IssuedCertificate): readonly string[] {
  return ['--cert', world.folder.file('sap1.crt', chainPem), '--key', world.folder.file('sap1.key', keyPem)];
}

describe('the reference SAP 1 on the command line, over https', () => {
  it('connects and logs in with its certificate', async () => {
    const options = ['--ca', caFile(), ...files(world.operatorCertificate)];
    expect(await sap1(...options, 'connect')).toMatchObject({ code: 0 });
    expect(await sap1(...options, 'login', 'user-0@provider.example')).toMatchObject({ code: 0 });
  });

  it('is refused without one, or with that of another, and says what may be wrong', async () => {
    const none = await sap1('--ca', caFile(), 'connect');
    expect([none.code, none.err]).toEqual([3, expect.stringContaining('a certificate (--cert, --key)')]);
    const wrong = await sap1('--ca', caFile(), ...files(world.rivalCertificate), 'connect');
    expect([wrong.code, wrong.err]).toEqual([3, expect.stringContaining('HTTP 403')]);
  });

  it('does not talk to a SAP 2 whose certificate no trusted authority signed', async () => {
    const options = files(world.operatorCertificate);
    const untold = await sap1(...options, 'connect');
    expect([untold.code, untold.err]).toEqual([3, expect.stringMatching(/certificate[^]*--ca/u)]);
    const stranger = await CertificateAuthority.create('Root of the provider');
    const other = world.folder.file('other-ca.crt', stranger.certificatePem);
    expect((await sap1('--ca', other, ...options, 'connect')).code).toBe(3);
  });

  it('nor to one whose certificate is for another name', async () => {
    const url = world.service.sspUrl.replace('127.0.0.1', 'localhost');
    const refused = await sap1(
      '--url',
      url,
      '--ca',
      caFile(),
      ...files(world.operatorCertificate),
      'connect',
    );
    expect([refused.code, refused.err]).toEqual([3, expect.stringContaining('does not match certificate')]);
  });
});

describe('the listener of the reference SAP 1, over https', () => {
  let door: Sap1;
  let certificate: IssuedCertificate;
  beforeAll(async () => {
    certificate = await world.clientCa.issue({ names: ['127.0.0.1'] });
    const tls = { cert: certificate.chainPem, key: certificate.keyPem };
    door = new Sap1({
      ownServiceID: LEGACY.serviceID,
      sharedSecret: LEGACY.secret,
      sspUrl: world.service.sspUrl,
      tls: { ca: world.serverCa.certificatePem },
      listen: { host: '127.0.0.1', port: 0, tls },
    });
  });
  afterAll(() => door.close());

  it('shows its certificate, and speaks no http', async () => {
    const url = await door.listen();
    expect(url).toMatch(/^https:/u);
    expect((await fetchOver(url, { ca: world.clientCa.certificatePem })).status).toBe(405);
    await expect(fetchOver(url, {})).rejects.toThrow('certificate');
    await expect(fetchOver(url.replace('https:', 'http:'), {})).rejects.toThrow(/hang up|ECONNRESET/u);
  });

  it('is there beside an SSP session over https, which asks who SAP 2 is', async () => {
    expect((await door.connect()).peerServiceID).toBe('wv:@provider.example');
    const user = { userID: 'wv:user-1@provider.example', clientID: clientAt('phone-1@handset') };
    expect((await door.loginPassword(user, 'user-1-password')).status.code).toBe(200);
    const identity = { ownServiceID: LEGACY.serviceID, sharedSecret: LEGACY.secret };
    const trusting = new Sap1({ ...identity, sspUrl: world.service.sspUrl });
    await expect(trusting.connect()).rejects.toThrow('certificate');
  });
});
