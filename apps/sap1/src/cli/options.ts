import { indentXml, type ListenAddress, Sap1, type TracedMessage } from '../index.js';
import { tlsFor, type TlsOptions } from './tls-options.js';
import { type Terminal, UsageError } from '@sap2/terminal';

/** Options of every command. */
export interface CommonOptions extends TlsOptions {
  readonly url: string;
  readonly serviceId: string;
  readonly secret?: string;
  readonly xml?: boolean;
}

export function sap1From(options: CommonOptions, terminal: Terminal, listen?: ListenAddress): Sap1 {
  if (options.secret === undefined) {
    throw new UsageError('The secret of the agreement is missing: set SAP1_SECRET, or give --secret.');
  }
  if (!URL.canParse(options.url)) throw new UsageError(`--url ${options.url} is not a URL.`);
  return new Sap1({
    ownServiceID: options.serviceId,
    sharedSecret: options.secret,
    sspUrl: options.url,
    tls: tlsFor(options.url, options),
    listen,
    trace: options.xml === true ? (message) => showXml(message, terminal) : undefined,
  });
}

function showXml({ from, to, xml, httpStatus }: TracedMessage, terminal: Terminal): void {
  const http = httpStatus === undefined ? '' : `  HTTP ${httpStatus}`;
  terminal.err(`\n--- ${from} -> ${to}${http}`);
  if (xml !== '') terminal.err(indentXml(xml).replace(/(<Password>)[^<]*/g, '$1…'));
}
