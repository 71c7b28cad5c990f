import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { isWithin } from './arrival.js';

/** Words for networks that are not the public internet. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'],
};

/** Where clouds tell a machine its secrets; whatever else is allowed, nothing of a peer's is there. */
const METADATA = ['169.254.0.0/16', '100.100.100.200/32', '168.63.129.16/32', 'fd00:ec2::/32', 'fe80::/10'];

/** What `ipaddr.js` calls addresses that some network may be allowed to have. */
const ALLOWABLE = new Set(['unicast', 'loopback', 'private', 'carrierGradeNat', 'uniqueLocal']);

/** All other IPv6 addresses are unassigned. Old notations of IPv4 are excluded. */
const GLOBAL_IPV6 = ['2000::/3', 'fc00::/7', '::1/128'];

/** Plain HTTP: to networks that were allowed by name, or to any address that may be called at all. */
export type PlainHttp = 'allowed-networks' | 'anywhere';

/**
 * Addresses that our calls to peers may reach. Another company writes the URL of a peer and resolves its name. So
 * the address counts, at each connection.
 */
export class PeerNetworks {
  private readonly allowed: readonly string[];

  /** @param networks besides the public internet: `loopback`, `private`, or networks in CIDR notation */
  constructor(
    networks: readonly string[],
    private readonly plainHttp: PlainHttp,
  ) {
    this.allowed = networks.flatMap((network) => NAMED[network] ?? [network]);
  }

  /** Why this address may not be called, for the operator; undefined: it may. */
  refusalOf(address: string, isSecure: boolean): string | undefined {
    // IPv4 in the clothes of IPv6 is IPv4.
    const parsed = ipaddr.process(address);
    const plain = parsed.toString();
    const range = parsed.range();
    const isOther = parsed.kind() === 'ipv6' && !isWithin(plain, GLOBAL_IPV6);
    if (isOther || !ALLOWABLE.has(range) || isWithin(plain, METADATA)) {
      return `${plain} (${range}) is no address of a peer, whatever the configuration says`;
    }
    const isNamed = isWithin(plain, this.allowed);
    if (range !== 'unicast' && !isNamed) {
      return `${plain} (${range}) is not on the public internet, and SAP2_PEER_NETWORKS does not allow it`;
    }
    if (!isSecure && !isNamed && this.plainHttp !== 'anywhere') {
      return `${plain} needs plain http, which is not allowed; use an https URL, or allow it by SAP2_PEER_NETWORKS or SAP2_PEER_HTTP`;
    }
    return undefined;
  }

  /** The same for a URL with an address in it. One with a name is looked at when it is called: names change. */
  refusalOfUrl(url: string): string | undefined {
    const { hostname, protocol } = new URL(url);
    const host = bareHost(hostname);
    return isIP(host) === 0 ? undefined : this.refusalOf(host, protocol === 'https:');
  }
}

/** URLs write IPv6 in brackets. */
export const bareHost = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, '$1');
