import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CertificateAuthority, LDAP_BASE, LDAP_READER, TestSlapd } from '@sap2/test-support';
import { type ConformanceWorld, worldForThisFile } from '../../support/service/conformance-world.js';
import { DirectoryUsers, seedWithDirectories } from '../../support/service/directory-world.js';
import { TlsFolder } from '../../support/service/tls-world.js';

const PASSWORD = 'password-in-the-directory';
let trusted: TestSlapd;
let strange: TestSlapd;
let elsewhere: TestSlapd;
const folder = new TlsFolder();
const environment: Record<string, string> = {};
beforeAll(async () => {
  const people = [{ uid: 'alice', password: PASSWORD }];
  const [ours, theirs] = [await CertificateAuthority.create(), await CertificateAuthority.create()];
  environment['SAP2_PEER_TLS_CA_FILE'] = folder.authorities(ours);
  trusted = await TestSlapd.start(people, await ours.issue({ names: ['127.0.0.1'], usage: 'server' }));
  strange = await TestSlapd.start(people, await theirs.issue({ names: ['127.0.0.1'], usage: 'server' }));
  elsewhere = await TestSlapd.start(people, await ours.issue({ names: ['127.0.0.2'], usage: 'server' }));
});
afterAll(() => Promise.all([trusted, strange, elsewhere].map((slapd) => slapd.kill())));

const world: ConformanceWorld = worldForThisFile(environment, () => {
  const directory = (name: string, url: string, startTls: boolean) => ({
    name: `${name}.example`,
    userDirectory: { kind: 'ldap', url, startTls, bindDN: LDAP_READER.dn, base: LDAP_BASE },
    userDirectorySecret: LDAP_READER.password,
  });
  return Promise.resolve(
    seedWithDirectories(
      directory('ldaps', trusted.ldapsUrl, false),
      directory('starttls', trusted.url, true),
      directory('plain', trusted.url, false),
      directory('strange-ldaps', strange.ldapsUrl, false),
      directory('strange-starttls', strange.url, true),
      directory('elsewhere-ldaps', elsewhere.ldapsUrl, false),
      directory('elsewhere-starttls', elsewhere.url, true),
    ),
  );
});

const logIn = async (domain: string, password = PASSWORD) =>
  (await new DirectoryUsers(world, password, domain).named('alice').logIn()).code;

describe('an LDAP directory with TLS', () => {
  it.each(['ldaps.example', 'starttls.example'])(
    'checks passwords if SAP2_PEER_TLS_CA_FILE has its authority: %s',
    async (domain) => {
      expect(await logIn(domain)).toBe(200);
      expect(await logIn(domain, 'some-other-password')).toBe(409);
    },
  );

  it.each([
    'plain.example',
    'strange-ldaps.example',
    'strange-starttls.example',
    'elsewhere-ldaps.example',
    'elsewhere-starttls.example',
  ])('gets no password otherwise: 503 for %s', async (domain) => {
    expect(await logIn(domain)).toBe(503);
    expect(world.service.log.join('')).toContain(`"event":"user_directory_failed","domain":"${domain}"`);
  });
});
