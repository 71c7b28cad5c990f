import { BlockList, isIPv6 } from 'node:net';
import type { Agreement } from './ports/agreements.port.js';

/** The way a message came: what its sender can not write into it. */
export interface Arrival {
  /** Over TLS. */
  readonly secure: boolean;
  /** Of the sender, in the usual notation; IPv4 not as IPv6. */
  readonly address: string;
  /** Shown in the TLS handshake, so that its key is the sender's; undefined: none, or out of its time. */
  readonly certificate: ClientCertificate | undefined;
}

export interface ClientCertificate {
  /** SHA-256 of the DER, in lower-case hex. */
  readonly fingerprint: string;
  /** Whether this is one of its subject alternative names, letter by letter. A wildcard matches no name. */
  readonly isFor: (dnsName: string) => boolean;
  /** Whether a CA that we trust for client certificates signed the names. */
  readonly isVerified: boolean;
}

/** Why a message can not be the peer's, whatever stands in it. */
export type ArrivalFault = 'plain-http' | 'other-address' | 'no-certificate' | 'other-certificate';

/**
 * Undefined: the message may be the peer's, if it says so. To be asked of every message before anything is done for it
 * (ssp-binding §2, §3).
 */
export function arrivalFault(
  { requiredTransport, clientCertificates, sourceAddresses }: Agreement,
  { secure, address, certificate }: Arrival,
): ArrivalFault | undefined {
  if (requiredTransport === 'https' && !secure) return 'plain-http';
  if (sourceAddresses.length > 0 && !isWithin(address, sourceAddresses)) return 'other-address';
  if (clientCertificates.length === 0) return undefined;
  if (certificate === undefined) return 'no-certificate';
  return clientCertificates.some((named) => isNamed(certificate, named)) ? undefined : 'other-certificate';
}

/** A fingerprint needs no authority. A name is only as reliable as the CA that signed it. */
function isNamed({ fingerprint, isFor, isVerified }: ClientCertificate, named: string): boolean {
  const [kind, value = ''] = named.toLowerCase().split(':');
  if (kind === 'sha256') return value === fingerprint;
  return kind === 'dns' && isVerified && isFor(value);
}

/** Networks by the list that they were written in: an agreement keeps its list until it is changed. */
const compiled = new WeakMap<readonly string[], BlockList>();

/** @param networks in CIDR notation */
export function isWithin(address: string, networks: readonly string[]): boolean {
  let list = compiled.get(networks);
  if (list === undefined) {
    list = networksOf(networks);
    compiled.set(networks, list);
  }
  return list.check(address, familyOf(address));
}

function networksOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const family = familyOf(address);
    list.addSubnet(address, Number(prefix ?? (family === 'ipv6' ? 128 : 32)), family);
  }
  return list;
}

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIPv6(address) ? 'ipv6' : 'ipv4');
