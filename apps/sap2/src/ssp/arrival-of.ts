import { TLSSocket } from 'node:tls';
import type { Arrival, ClientCertificate } from '@sap2/peer-link';
import type { FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';

/** Never by the common name, which no CA has to check. */
const EXACTLY = { subject: 'never', wildcards: false, partialWildcards: false } as const;

interface ShownCertificate extends ClientCertificate {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** A certificate belongs to the connection and is read once; `undefined` stands for a client that showed none. */
const shown = new WeakMap<TLSSocket, ShownCertificate | undefined>();

/**
 * How a request came. Address and scheme come from the connection, or from a trusted proxy (Fastify's `trustProxy`). The
 * certificate always comes from the connection itself.
 */
export function arrivalOf({ socket, ip, protocol }: FastifyRequest): Arrival {
  return {
    secure: protocol === 'https',
    // A socket for both IPv4 and IPv6 has the one written as the other.
    address: ip.includes(':') ? ipaddr.process(ip).toString() : ip,
    certificate: socket instanceof TLSSocket ? certificateOf(socket, Date.now()) : undefined,
  };
}

/** A connection may outlive the certificate that it was opened with. */
function certificateOf(socket: TLSSocket, nowMs: number): ClientCertificate | undefined {
  if (!shown.has(socket)) shown.set(socket, read(socket));
  const certificate = shown.get(socket);
  return certificate !== undefined && certificate.fromMs <= nowMs && nowMs < certificate.untilMs
    ? certificate
    : undefined;
}

function read(socket: TLSSocket): ShownCertificate | undefined {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return undefined;
  return {
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    isFor: (dnsName) => certificate.checkHost(dnsName, EXACTLY) !== undefined,
    isVerified: socket.authorized,
    fromMs: Date.parse(certificate.validFrom),
    untilMs: Date.parse(certificate.validTo),
  };
}
