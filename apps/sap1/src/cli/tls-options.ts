import { readFileSync } from 'node:fs';
import type { SapTls } from '../index.js';
import { UsageError } from '@sap2/terminal';

/** Options that are of use with https only; each names a PEM file. */
export interface TlsOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** What we show and trust at a URL; undefined: nothing of our own. @throws UsageError */
export function tlsFor(url: string, { ca, cert, key }: TlsOptions): SapTls | undefined {
  if ((cert === undefined) !== (key === undefined)) {
    throw new UsageError('--cert and --key belong together: a certificate, and its private key.');
  }
  if (ca === undefined && cert === undefined) return undefined;
  if (!/^https:/i.test(url)) {
    throw new UsageError(`--ca, --cert and --key are for https, and ${url} is not: give --url https://…`);
  }
  return { ca: pem('--ca', ca), cert: pem('--cert', cert), key: pem('--key', key) };
}

/** With `--listen-tls` our listener shows our client certificate. @throws UsageError */
export function listenTls(isWanted: boolean | undefined, { cert, key }: TlsOptions): SapTls | undefined {
  if (isWanted !== true) return undefined;
  if (cert === undefined) throw new UsageError('--listen-tls needs --cert and --key for its listener.');
  return { cert: pem('--cert', cert), key: pem('--key', key) };
}

function pem(option: string, file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${option} ${file} can not be read: ${(error as Error).message}`);
  }
}
