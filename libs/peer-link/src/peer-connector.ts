import type { LookupAddress, LookupOptions } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import { buildConnector } from 'undici';
import { bareHost, type PeerNetworks } from './peer-networks.js';

/** How we speak TLS to peers: whom we believe, and what we show. */
export type PeerTls = Pick<SecureContextOptions, 'minVersion' | 'ca' | 'cert' | 'key'>;

/** Nothing was sent: no address of the peer may be called. */
export class AddressRefusedError extends Error {
  readonly code = 'ADDRESS_REFUSED';
}

export interface ConnectorOptions {
  readonly networks: PeerNetworks;
  readonly timeoutMs: number;
  readonly tls: PeerTls;
  readonly lookup: LookupFunction;
}

/**
 * Makes the connections to peers. Each connection looks the name up once and checks the addresses before it calls
 * one. So a later change of the name has no effect.
 */
export function peerConnector(options: ConnectorOptions): buildConnector.connector {
  const connectorFor = (isSecure: boolean): buildConnector.connector => {
    const settings = {
      ...options.tls,
      timeout: options.timeoutMs,
      lookup: checkedLookup(options, isSecure),
    };
    return buildConnector(settings);
  };
  const [plain, secure] = [connectorFor(false), connectorFor(true)];
  return (target, callback) => {
    const host = bareHost(target.hostname);
    const isSecure = target.protocol === 'https:';
    // An address is never looked up.
    const refusal = isIP(host) === 0 ? undefined : options.networks.refusalOf(host, isSecure);
    if (refusal === undefined) (isSecure ? secure : plain)(target, callback);
    else callback(new AddressRefusedError(refusal), null);
  };
}

/** Gives back only addresses that may be called. */
export function checkedLookup(
  { networks, lookup }: Pick<ConnectorOptions, 'networks' | 'lookup'>,
  isSecure: boolean,
): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, '', 0);
      const addresses: readonly LookupAddress[] = Array.isArray(found) ? found : [];
      const refusals = addresses.map(({ address }) => networks.refusalOf(address, isSecure));
      const allowed = addresses.filter((_, index) => refusals[index] === undefined);
      const [first] = allowed;
      if (first === undefined) {
        const why = refusals.find((refusal) => refusal !== undefined) ?? 'it has no address';
        return callback(new AddressRefusedError(`${hostname}: ${why}`), '', 0);
      }
      return isForAll(options) ? callback(null, [...allowed]) : callback(null, first.address, first.family);
    });
  };
}

const isForAll = ({ all }: LookupOptions): boolean => all === true;
