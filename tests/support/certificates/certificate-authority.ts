// What @peculiar/x509 finds its parts by.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

const P256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What a certificate of the tests is to be. */
export interface CertificateWish {
  /** Subject alternative names: DNS names and IP addresses. */
  readonly names?: readonly string[];
  /** Of the subject; no check may use it. */
  readonly commonName?: string;
  /** For servers and for clients, if it does not say. */
  readonly usage?: 'server' | 'client' | 'both';
  /** An hour ago, if it does not say. */
  readonly from?: Date;
  /** In ten days, if it does not say. */
  readonly until?: Date;
}

/** A certificate with its key, as PEM and as files of PEM have it. */
export interface IssuedCertificate {
  /** Its own first, then those of the authorities below the root. */
  readonly chainPem: string;
  /** PKCS #8. */
  readonly keyPem: string;
  /** As agreements name it: SHA-256 of the DER in lower-case hex. */
  readonly fingerprint: string;
  readonly until: Date;
}

/** A certificate authority for one run of a test; nothing of it is kept. */
export class CertificateAuthority {
  private constructor(
    private readonly keys: webcrypto.CryptoKeyPair,
    private readonly certificate: X509Certificate,
    private readonly chain: readonly X509Certificate[],
  ) {}

  /** A root without a higher authority. */
  static async create(commonName = 'Root of the tests'): Promise<CertificateAuthority> {
    const keys = await newKeys();
    const certificate = await sign(keys, {
      subject: commonName,
      issuer: commonName,
      publicKey: keys.publicKey,
      extensions: [
        new BasicConstraintsExtension(true, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        await SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    });
    return new CertificateAuthority(keys, certificate, []);
  }

  /** An authority signed by this one; its certificates include its own. */
  async subordinate(commonName = 'Intermediate of the tests'): Promise<CertificateAuthority> {
    const keys = await newKeys();
    const certificate = await this.sign(keys, { subject: commonName }, [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ]);
    return new CertificateAuthority(keys, certificate, [certificate, ...this.chain]);
  }

  /** What others have to trust. */
  get certificatePem(): string {
    return this.certificate.toString('pem');
  }

  async issue({
    names = [],
    commonName = names[0] ?? 'of the tests',
    usage = 'both',
    ...validity
  }: CertificateWish = {}): Promise<IssuedCertificate> {
    const keys = await newKeys();
    const certificate = await this.sign(keys, { subject: commonName, ...validity }, [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension(USAGES[usage]),
      ...(names.length > 0 ? [new SubjectAlternativeNameExtension(names.map(nameOf))] : []),
    ]);
    const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
    const digest = await certificate.getThumbprint('SHA-256', webcrypto);
    return {
      chainPem: [certificate, ...this.chain].map((one) => `${one.toString('pem')}\n`).join(''),
      keyPem: `${PemConverter.encode(pkcs8, 'PRIVATE KEY')}\n`,
      fingerprint: Buffer.from(digest).toString('hex'),
      until: certificate.notAfter,
    };
  }

  private async sign(
    { publicKey }: webcrypto.CryptoKeyPair,
    about: { subject: string; from?: Date; until?: Date },
    extensions: readonly Extension[],
  ): Promise<X509Certificate> {
    return sign(this.keys, {
      ...about,
      issuer: this.certificate.subjectName.getField('CN')[0] ?? '',
      publicKey,
      extensions: [
        ...extensions,
        await SubjectKeyIdentifierExtension.create(publicKey, false, webcrypto),
        await AuthorityKeyIdentifierExtension.create(this.keys.publicKey, false, webcrypto),
      ],
    });
  }
}

const USAGES = {
  server: [ExtendedKeyUsage.serverAuth],
  client: [ExtendedKeyUsage.clientAuth],
  both: [ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth],
};

const nameOf = (value: string): { type: 'dns' | 'ip'; value: string } => ({
  type: isIP(value) === 0 ? 'dns' : 'ip',
  value,
});

const newKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(P256, true, ['sign', 'verify']);

interface ToSign {
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: webcrypto.CryptoKey;
  readonly extensions: Extension[];
  readonly from?: Date;
  readonly until?: Date;
}

function sign(
  { privateKey }: webcrypto.CryptoKeyPair,
  { subject, issuer, publicKey, extensions, from, until }: ToSign,
): Promise<X509Certificate> {
  return X509CertificateGenerator.create(
    {
      subject: [{ CN: [subject] }],
      issuer: [{ CN: [issuer] }],
      notBefore: from ?? new Date(Date.now() - HOUR_MS),
      notAfter: until ?? new Date(Date.now() + 10 * DAY_MS),
      publicKey,
      signingKey: privateKey,
      signingAlgorithm: P256,
      extensions,
    },
    webcrypto,
  );
}
