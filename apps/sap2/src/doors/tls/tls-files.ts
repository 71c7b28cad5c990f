import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import type { ClientCertificates, Config } from '@sap2/config';
import { err, ok, type Result } from '@sap2/kernel';

export type TlsDoorName = 'ssp' | 'admin';

/** A file, and the variable that names it: what is wrong with it is said in its words. */
interface NamedFile {
  readonly variable: string;
  readonly path: string;
}

/** What one door speaks https with. */
export interface TlsFiles {
  readonly certificate: NamedFile;
  readonly key: NamedFile;
  /** Undefined: nobody vouches for the names of clients. */
  readonly clientCa: NamedFile | undefined;
  readonly clientCertificates: ClientCertificates;
}

/** Never older, whatever the defaults of Node or of the command line are (ssp-binding §2). */
const MIN_VERSION = 'TLSv1.2';

/** What the files hold, when all of it is sound. */
export interface TlsMaterial {
  readonly context: {
    readonly minVersion: typeof MIN_VERSION;
    readonly cert: Buffer;
    readonly key: Buffer;
    /** An empty list trusts nobody; none at all would trust every public authority. */
    readonly ca: Buffer[];
  };
  /** SHA-256 of the certificate, in lower-case hex. */
  readonly fingerprint: string;
  readonly expiresAtMs: number;
  /** Changes with whom it trusts. */
  readonly authorities: string;
}

/** Undefined: this door speaks http. */
export function tlsFilesOf(config: Config, door: TlsDoorName): TlsFiles | undefined {
  const named = (what: string, path: string | undefined): NamedFile | undefined =>
    path === undefined ? undefined : { variable: `SAP2_${door.toUpperCase()}_TLS_${what}_FILE`, path };
  const isSsp = door === 'ssp';
  const certificate = named(
    'CERTIFICATE',
    isSsp ? config.sspTlsCertificateFile : config.adminTlsCertificateFile,
  );
  const key = named('KEY', isSsp ? config.sspTlsKeyFile : config.adminTlsKeyFile);
  if (certificate === undefined || key === undefined) return undefined;
  return {
    certificate,
    key,
    clientCa: named('CLIENT_CA', isSsp ? config.sspTlsClientCaFile : config.adminTlsClientCaFile),
    clientCertificates: isSsp ? config.sspTlsClientCertificates : config.adminTlsClientCertificates,
  };
}

/** The files of a door as they are now, or what is wrong with them and what to do. */
export interface TlsLook {
  /** Changes with every byte of them: two looks with the same found the same. */
  readonly digest: string;
  readonly found: Result<TlsMaterial, string>;
}

/** Said to the operator: a fault of the files. What is no such thing is a defect, and thrown on. */
class FileFault extends Error {}

export async function lookAt(files: TlsFiles, nowMs: number): Promise<TlsLook> {
  const hash = createHash('sha256');
  try {
    const [cert, key, clientCa] = await Promise.all([
      bytesOf(files.certificate),
      bytesOf(files.key),
      files.clientCa === undefined ? Promise.resolve(undefined) : bytesOf(files.clientCa),
    ]);
    for (const bytes of [cert, key, clientCa]) hash.update(`${bytes?.length ?? 0}:`).update(bytes ?? '');
    const found = ok(material(files, { cert, key, clientCa }, nowMs));
    return { digest: hash.digest('hex'), found };
  } catch (error) {
    if (!(error instanceof FileFault)) throw error;
    return { digest: hash.update(error.message).digest('hex'), found: err(error.message) };
  }
}

async function bytesOf({ variable, path }: NamedFile): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new FileFault(
      `${variable} (${path}) can not be read (${code}): is it there, and may this user read it?`,
    );
  }
}

interface Contents {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly clientCa: Buffer | undefined;
}

function material(files: TlsFiles, { cert, key, clientCa }: Contents, nowMs: number): TlsMaterial {
  const [own, ...above] = certificatesIn(files.certificate, cert);
  if (own === undefined) throw new Error('A file without a certificate was let through.');
  if (files.clientCa !== undefined && clientCa !== undefined) certificatesIn(files.clientCa, clientCa);
  checkKey(files, own, key);
  for (const certificate of [own, ...above]) checkTime(files.certificate, certificate, nowMs);
  const context = {
    minVersion: MIN_VERSION,
    cert,
    key,
    ca: clientCa === undefined ? [] : [clientCa],
  } as const;
  try {
    createSecureContext({ ...context, ca: [...context.ca] });
  } catch (error) {
    throw fault(
      files.certificate,
      `is not taken by OpenSSL (${reasonOf(error)}); make a new certificate and key`,
    );
  }
  return {
    context: { ...context, ca: [...context.ca] },
    fingerprint: own.fingerprint256.replaceAll(':', '').toLowerCase(),
    expiresAtMs: Date.parse(own.validTo),
    authorities: createHash('sha256')
      .update(clientCa ?? '')
      .digest('hex'),
  };
}

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** OpenSSL takes a file without any certificate for an empty list, and stops at the first that it can not read. */
function certificatesIn(file: NamedFile, content: Buffer): readonly X509Certificate[] {
  const blocks = content.toString('latin1').match(BLOCK) ?? [];
  if (blocks.length === 0)
    throw fault(file, 'has no certificate in it; PEM is expected: -----BEGIN CERTIFICATE-----');
  return blocks.map((block, index) => {
    try {
      return new X509Certificate(block);
    } catch (error) {
      throw fault(file, `can not be read at certificate ${index + 1} (${reasonOf(error)}); copy it again`);
    }
  });
}

function checkKey({ certificate, key }: TlsFiles, own: X509Certificate, content: Buffer): void {
  let belongs: boolean;
  try {
    belongs = own.checkPrivateKey(createPrivateKey(content));
  } catch (error) {
    throw fault(
      key,
      `holds no private key that can be read (${reasonOf(error)}); PEM without a passphrase is expected`,
    );
  }
  if (!belongs) {
    throw fault(
      key,
      `does not belong to the first certificate of ${certificate.variable} (${certificate.path}); put the certificate of the service first, and its own key here`,
    );
  }
}

function checkTime(file: NamedFile, { validFrom, validTo, subject }: X509Certificate, nowMs: number): void {
  if (Date.parse(validTo) <= nowMs)
    throw fault(file, `has expired: ${subject} at ${validTo}; put a new one there`);
  if (Date.parse(validFrom) > nowMs) {
    throw fault(file, `is not valid yet: ${subject} from ${validFrom}; wait, or set the clock right`);
  }
}

const fault = ({ variable, path }: NamedFile, what: string): FileFault =>
  new FileFault(`${variable} (${path}) ${what}`);

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
