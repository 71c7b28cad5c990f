import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import type { ClientCertificates, Config } from '@sap2/config';
import { err, ok } from '@sap2/kernel';
import type { EventLog } from '@sap2/observability';
import type { PeerTls } from '@sap2/peer-link';
import type { Look } from './followed-files.js';

export type TlsListenerName = 'ssp' | 'admin';

/** A file, and the variable that names it: what is wrong with it is said in its words. */
interface NamedFile {
  readonly variable: string;
  readonly path: string;
}

export const namedFile = (variable: string, path: string | undefined): NamedFile | undefined =>
  path === undefined ? undefined : { variable, path };

/** The files that one listener uses for https. */
export interface TlsFiles {
  readonly certificate: NamedFile;
  readonly key: NamedFile;
  /** Undefined: no authority signs the names of clients. */
  readonly clientCa: NamedFile | undefined;
  readonly clientCertificates: ClientCertificates;
}

/** Never older, whatever the defaults of Node or of the command line are (ssp-binding §2). */
const MIN_VERSION = 'TLSv1.2' as const;

/** A certificate of ours. */
interface OwnCertificate {
  /** SHA-256 of the certificate, in lower-case hex. */
  readonly fingerprint: string;
  readonly expiresAtMs: number;
}

/** The content of the files of a listener, when all of it is usable. */
export interface TlsMaterial extends OwnCertificate {
  readonly context: {
    readonly minVersion: typeof MIN_VERSION;
    readonly cert: Buffer;
    readonly key: Buffer;
    /** An empty list trusts no authority. Without a list Node would trust every public authority. */
    readonly ca: Buffer[];
  };
  /** Changes with whom it trusts. */
  readonly authorities: string;
}

/** What calls to peers are made with. */
export interface CallsFiles {
  readonly certificate: NamedFile | undefined;
  readonly key: NamedFile | undefined;
  /** Undefined: whom Node trusts. */
  readonly ca: NamedFile | undefined;
}

export interface CallsMaterial {
  readonly context: PeerTls;
  /** Undefined: none is shown. */
  readonly own: OwnCertificate | undefined;
}

/** Undefined: this listener speaks http. */
export function tlsFilesOf(config: Config, listener: TlsListenerName): TlsFiles | undefined {
  const named = (what: string, path: string | undefined): NamedFile | undefined =>
    namedFile(`SAP2_${listener.toUpperCase()}_TLS_${what}_FILE`, path);
  const isSsp = listener === 'ssp';
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

/** Said to the operator: a fault of the files. What is no such thing is a defect, and thrown on. */
class FileFault extends Error {}

export const lookAt = (files: TlsFiles, nowMs: number): Promise<Look<TlsMaterial>> =>
  look([files.certificate, files.key, files.clientCa], ([cert, key, clientCa]) =>
    listenerMaterial(files, { cert: present(cert), key: present(key), clientCa }, nowMs),
  );

export const lookAtCalls = (files: CallsFiles, nowMs: number): Promise<Look<CallsMaterial>> =>
  look([files.certificate, files.key, files.ca], ([cert, key, ca]) =>
    callsMaterial(files, { cert, key, ca }, nowMs),
  );

type Bytes = Buffer | undefined;

async function look<Content>(
  files: readonly [NamedFile | undefined, NamedFile | undefined, NamedFile | undefined],
  contentOf: (bytes: readonly Bytes[]) => Content,
): Promise<Look<Content>> {
  const hash = createHash('sha256');
  try {
    const all = await Promise.all(files.map(bytesOf));
    for (const bytes of all) hash.update(`${bytes?.length ?? 0}:`).update(bytes ?? '');
    const found = ok(contentOf(all));
    return { digest: hash.digest('hex'), found };
  } catch (error) {
    if (!(error instanceof FileFault)) throw error;
    return { digest: hash.update(error.message).digest('hex'), found: err(error.message) };
  }
}

/** What was read of a file that has to be configured. */
function present(bytes: Bytes): Buffer {
  if (bytes === undefined) throw new Error('A file that has to be there was not read.');
  return bytes;
}

async function bytesOf(file: NamedFile | undefined): Promise<Bytes> {
  if (file === undefined) return undefined;
  const { variable, path } = file;
  try {
    return await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new FileFault(
      `${variable} (${path}) can not be read (${code}): is it there, and may this user read it?`,
    );
  }
}

interface ListenerContents {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly clientCa: Bytes;
}

function listenerMaterial(
  files: TlsFiles,
  { cert, key, clientCa }: ListenerContents,
  nowMs: number,
): TlsMaterial {
  const own = ownCertificate(files, cert, key, nowMs);
  if (files.clientCa !== undefined && clientCa !== undefined) certificatesIn(files.clientCa, clientCa);
  const context = { minVersion: MIN_VERSION, cert, key, ca: clientCa === undefined ? [] : [clientCa] };
  checkContext(files.certificate, context);
  const authorities = createHash('sha256')
    .update(clientCa ?? '')
    .digest('hex');
  return { context, ...own, authorities };
}

interface CallsContents {
  readonly cert: Bytes;
  readonly key: Bytes;
  readonly ca: Bytes;
}

function callsMaterial(files: CallsFiles, { cert, key, ca }: CallsContents, nowMs: number): CallsMaterial {
  if (files.ca !== undefined && ca !== undefined) certificatesIn(files.ca, ca);
  const trust = { minVersion: MIN_VERSION, ...(ca && { ca }) };
  const { certificate, key: keyFile } = files;
  if (certificate === undefined || keyFile === undefined) return { context: trust, own: undefined };
  const own = ownCertificate({ certificate, key: keyFile }, present(cert), present(key), nowMs);
  const context = { ...trust, cert: present(cert), key: present(key) };
  checkContext(certificate, context);
  return { context, own };
}

/** The first certificate of the file. The key must belong to it, and all certificates must be in date. */
function ownCertificate(
  files: Pick<TlsFiles, 'certificate' | 'key'>,
  cert: Buffer,
  key: Buffer,
  nowMs: number,
): OwnCertificate {
  const [own, ...above] = certificatesIn(files.certificate, cert);
  if (own === undefined) throw new Error('A file without a certificate was let through.');
  checkKey(files, own, key);
  for (const certificate of [own, ...above]) checkTime(files.certificate, certificate, nowMs);
  return {
    fingerprint: own.fingerprint256.replaceAll(':', '').toLowerCase(),
    expiresAtMs: Date.parse(own.validTo),
  };
}

function checkContext(file: NamedFile, context: SecureContextOptions): void {
  try {
    createSecureContext(context);
  } catch (error) {
    throw fault(file, `is not taken by OpenSSL (${reasonOf(error)}); make a new certificate and key`);
  }
}

export function sayLoaded(
  log: EventLog,
  who: TlsListenerName | 'calls',
  { fingerprint, expiresAtMs }: OwnCertificate,
): void {
  const until = new Date(expiresAtMs).toISOString();
  log.event('tls_files_loaded', {
    detail: `${who}: certificate ${fingerprint.slice(0, 12)}…, valid until ${until}`,
  });
}

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** OpenSSL accepts a file without certificates as an empty list. It also stops at the first unreadable one. */
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

function checkKey(
  { certificate, key }: Pick<TlsFiles, 'certificate' | 'key'>,
  own: X509Certificate,
  content: Buffer,
): void {
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
      `does not belong to the first certificate of ${certificate.variable} (${certificate.path}). Put the certificate of the service first, and its own key here`,
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
