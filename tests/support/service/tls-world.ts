import { afterAll, beforeAll } from '@jest/globals';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CertificateAuthority, type IssuedCertificate, testFolder } from '@sap2/test-support';
import { CONFORMANCE_SEED, OPERATOR, RIVAL } from './conformance-world.js';
import type { RawPeer, RawTls } from '../peers/raw-http.js';
import { RawSap1 } from '../peers/raw-sap1.js';
import { RawUser } from '../peers/raw-user.js';
import { shownAt } from './tls-probe.js';
import { type ServiceUnderTest, startServiceUnderTest } from './service-under-test.js';

export const OPERATOR_NAME = 'sap1.operator.example';
/** Needs no certificate, and may come by http. */
export const LEGACY: RawPeer = { serviceID: 'wv:@legacy.example', secret: 'legacy-secret-0009' };

/** Like existing peers: answers go to its listener, and it proves no secret. */
export const FIELD: RawPeer = { serviceID: 'wv:@field.example', secret: 'unused-by-the-md5-of-the-field' };
const IN_FIELD = {
  answerMode: 'callback',
  digestSchemas: ['MD5'],
  clientCertificates: [`dns:${OPERATOR_NAME}`],
};

const SERVER_NAMES = ['sap2.provider.example', '127.0.0.1', '127.0.0.2'];

/** Files of a listener, which are replaced while it uses them. */
export class TlsFolder {
  private readonly folder = mkdtempSync(join(testFolder(), 'tls-'));

  file(name: string, content: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  }

  certificate({ chainPem, keyPem }: IssuedCertificate): {
    readonly certificate: string;
    readonly key: string;
  } {
    return { certificate: this.file('tls.crt', chainPem), key: this.file('tls.key', keyPem) };
  }

  authorities(...trusted: readonly CertificateAuthority[]): string {
    return this.file('clients-ca.crt', trusted.map(({ certificatePem }) => `${certificatePem}\n`).join(''));
  }
}

/**
 * Two peers with certificates, a listener that requires them, and the authorities of both sides. All of it is made
 * for this run.
 */
export class TlsWorld {
  readonly folder = new TlsFolder();
  readonly traffic: string[] = [];
  private readonly opened: { close(): void }[] = [];
  private users = 0;
  service!: ServiceUnderTest;
  /** Signs the certificate of the service. */
  serverCa!: CertificateAuthority;
  /** Signs the certificates of the peers. */
  clientCa!: CertificateAuthority;
  operatorCertificate!: IssuedCertificate;
  rivalCertificate!: IssuedCertificate;

  /** @param field URL of the listener of `FIELD` */
  async start(environment: Readonly<Record<string, string>>, field?: string): Promise<void> {
    this.serverCa = await CertificateAuthority.create('Root of the provider');
    this.clientCa = await CertificateAuthority.create('Root of the operators');
    this.operatorCertificate = await this.clientCa.issue({ names: [OPERATOR_NAME], usage: 'client' });
    this.rivalCertificate = await this.clientCa.issue({ names: ['sap1.rival.example'], usage: 'client' });
    this.service = await startServiceUnderTest(
      { ...(await this.sspEnvironment()), ...environment },
      this.seedWith(field),
    );
  }

  newServerCertificate(): Promise<IssuedCertificate> {
    return this.serverCa.issue({ names: SERVER_NAMES, usage: 'server' });
  }

  private async sspEnvironment(): Promise<Readonly<Record<string, string>>> {
    const { certificate, key } = this.folder.certificate(await this.newServerCertificate());
    return {
      SAP2_SSP_TLS_CERTIFICATE_FILE: certificate,
      SAP2_SSP_TLS_KEY_FILE: key,
      SAP2_SSP_TLS_CLIENT_CERTIFICATES: 'optional',
      SAP2_SSP_TLS_CLIENT_CA_FILE: this.folder.authorities(this.clientCa),
    };
  }

  private seedWith(field: string | undefined) {
    const usual = { domains: ['provider.example'], allowPasswordOverHttp: true };
    const agreement = ({ serviceID, secret }: RawPeer) => ({ ...usual, serviceID, sharedSecret: secret });
    const bound = { requiredTransport: 'https' };
    return {
      ...CONFORMANCE_SEED,
      agreements: [
        { ...agreement(OPERATOR), ...bound, clientCertificates: [`dns:${OPERATOR_NAME}`] },
        {
          ...agreement(RIVAL),
          ...bound,
          clientCertificates: [`sha256:${this.rivalCertificate.fingerprint}`],
        },
        agreement(LEGACY),
        ...(field === undefined ? [] : [{ ...agreement(FIELD), ...IN_FIELD, callbackUrl: field }]),
      ],
    };
  }

  /** What a client trusts, and what it shows. */
  tls(shown?: IssuedCertificate, changes: RawTls = {}): RawTls {
    const { chainPem: cert, keyPem: key } = shown ?? {};
    return { ca: this.serverCa.certificatePem, ...(shown && { cert, key }), ...changes };
  }

  /** A peer that shows this certificate. */
  sap1(peer: RawPeer, shown?: IssuedCertificate, url = this.service.sspUrl): RawSap1 {
    return this.closing(new RawSap1(url, peer, this.traffic, undefined, this.tls(shown)));
  }

  /** SHA-256 of the certificate that a new connection is shown. */
  shownCertificate(): Promise<string> {
    return shownAt(this.service.sspUrl, this.serverCa.certificatePem);
  }

  closing<T extends { close(): void }>(one: T): T {
    this.opened.push(one);
    return one;
  }

  operator(): Promise<RawSap1> {
    return this.sap1(OPERATOR, this.operatorCertificate).connect();
  }

  rival(): Promise<RawSap1> {
    return this.sap1(RIVAL, this.rivalCertificate).connect();
  }

  newUser(sap1: RawSap1): RawUser {
    const name = `user-${this.users++}`;
    return new RawUser(sap1, `wv:${name}@provider.example`, `${name}-password`);
  }

  logged(event: string): readonly Readonly<Record<string, unknown>>[] {
    const lines = this.service.log.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
    return lines.filter((line) => Object.values(line).includes(event));
  }

  async stop(): Promise<void> {
    for (const one of this.opened) one.close();
    await this.service.stop();
  }
}

export function tlsWorldForThisFile(environment: Readonly<Record<string, string>> = {}): TlsWorld {
  const world = new TlsWorld();
  beforeAll(() => world.start(environment));
  afterAll(() => world.stop());
  return world;
}
