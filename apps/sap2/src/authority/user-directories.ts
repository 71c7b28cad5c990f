import { lookup } from 'node:dns';
import { checkedLookup, type PeerNetworks, UndiciPeerTransport } from '@sap2/peer-link';
import {
  HttpDirectory,
  LdapDirectory,
  ProviderDirectories,
  RememberedPasswords,
  type UserDirectoryBook,
} from '@sap2/user-directories';
import { signatureHeaders } from '@sap2/webhooks';
import { userDirectoryReport } from '../reports/user-directory-report.js';
import { type Base, steadyClock, systemClock, systemRandomness } from './base.js';

/** Two domains may share a service, and each has 16 logins in progress. */
const CONNECTIONS_PER_DIRECTORY = 32;
const CONNECT_TIMEOUT_MS = 2_000;
/** A verdict is one short object. */
const LONGEST_ANSWER_BYTES = 16 * 1024;

export type UserDirectoriesPart = ReturnType<typeof makeUserDirectories>;

/** The own directories of providers, under the rules for calls to peers. */
export function makeUserDirectories(base: Base, book: UserDirectoryBook, networks: PeerNetworks) {
  const tls = () => base.tls.calls.context;
  const caller = new UndiciPeerTransport(
    { networks, tls, contentType: 'application/json' },
    {
      connectionsPerPeer: CONNECTIONS_PER_DIRECTORY,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      maxAnswerBytes: LONGEST_ANSWER_BYTES,
    },
  );
  const network = {
    refusalOf: (address: string, isSecure: boolean) => networks.refusalOf(address, isSecure),
    lookup: (isSecure: boolean) => checkedLookup({ networks, lookup }, isSecure),
    tls,
  };
  const http = { caller, sign: signatureHeaders, clock: systemClock, randomness: systemRandomness };
  const directories = new ProviderDirectories({
    book,
    ldap: new LdapDirectory(network, systemRandomness),
    http: new HttpDirectory(http),
    newMemory: () => new RememberedPasswords(steadyClock, systemRandomness),
    clock: steadyClock,
    report: userDirectoryReport(base),
  });
  return { directories, close: () => caller.close() };
}
