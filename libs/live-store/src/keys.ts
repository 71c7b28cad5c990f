import { hash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { AccountID, ServiceID, UserSessionID } from '@sap2/session-core';

/**
 * Every key of the live store. What stands in braces decides the slot on a Redis Cluster: a script touches keys of one
 * tag only. In front of each stands `SAP2_REDIS_PREFIX`, which the connection adds. Ids that a peer chose are hashed: they may be long, be of any alphabet, or be worth stealing.
 *
 * | key | type | holds | gone |
 * |---|---|---|---|
 * | `sap2:owner` | STRING | the id of the database whose sessions these are | with the store's content |
 * | `sap2:{NN}:shard` | HASH | `generation`, `outageMs`, `beatMs`; while it is rebuilt `rebuilder`, `rebuildUntilMs` | with the store's content |
 * | `sap2:{NN}:session:<id>` | HASH | account, client, peer, keepAliveTimeS, cspVersion, sapEpoch, usedAtMs, state (`live`, or why it is being ended) | when removed |
 * | `sap2:{NN}:deadlines` | ZSET | session id → deadline in service time, or end of a claim | with the session |
 * | `sap2:{NN}:drift` | SET | ids whose keep-alive time or epoch the ledger may not know yet | when settled |
 * | `sap2:{NN}:tombstone:<id>` | STRING | `cause|peer` | after `tombstoneS` |
 * | `sap2:{NN}:opening:<id>` | STRING | that the login answer is under way | handed over, or 60 s |
 * | `sap2:{NN}:shut-out` | HASH | peer → JSON {job, keeps}: its sessions of other domains than `keeps` are over | with the job |
 * | `sap2:{NN}:writable` | STRING | the health check's mark | 10 s |
 * | `sap2:{attempts:<hash of peer>}:nonce:<hash>` | HASH | schema, binding (hashed), usedBy | after `nonceTtlMs` |
 * | `sap2:{attempts:<hash of peer>}:wrong`, `…:wrong:<hash of account>` | STRING | wrong guesses, by strangers and at one user | the window after the first |
 * | `sap2:{attempts:<hash of peer>}:pending`, `…:pending:<hash of account>` | ZSET | transactionID → time in ms at which it lapses | with the last lease |
 * | `sap2:{attempts:<hash of peer>}:clients:<hash of account>` | ZSET | hash of a client that was right here → time in ms until which it is known | `knownMs` after the last time |
 * | `sap2:{attempts:<hash of peer>}:waiting` | ZSET | hash of account, client of a stranger → time in ms at which it may come again | when all of them are too late |
 * | `sap2:{attempts:<hash of peer>}:slots` | ZSET | the same → time in ms of its slot; `next` → of the first free one | when the last is over |
 * | `sap2:{attempts:<hash of peer>}:locked` | ZSET | account that the peer may not try → time in ms at which it may | the window after the last |
 * | `sap2:{sync:<hash of the set>}:arrivals` | HASH | part → time in ms, `complete` | 60 s |
 * | `sap2:{sync:<hash of the set>}:listed` | SET | session ids | 60 s |
 * | `sap2:ssp-session:<hash of their id>` | HASH | peer, theirID, ourID, timeToLiveS, usedAtMs, untaken | its time to live after the last use; where the agreement says `until-replaced` when removed |
 * | `sap2:peer:<hash>:ssp-sessions` | SET | their ids, perhaps dead ones too | when found dead |
 * | `sap2:{setups}:begun`, `…:by-name`, `…:by-time`, `…:by-address`, `…:crowds` | HASH, ZSET | set-ups that wait for message 3, and by what they are found (setups.lua) | `setupTtlMs` after the last |
 * | `sap2:{setups}:proven:<hash of transactionID>`, `…:proven-of-peer:<hash>` | ZSET | set-ups that wait for message 5 → time in ms at which each is forgotten | after `setupTtlMs` |
 * | `sap2:{setups}:wrong:<hash of address>` | STRING | wrong digests of an address | `setupTtlMs` after the first |
 * | `sap2:outgoing-setup:<hash of peer>` | HASH | transactionID, ourToken, ourID, number of the answer waited for | ended, or `setupTtlMs` |
 * | `sap2:outgoing-setup-peer:<hash of transactionID>` | STRING | peer | `setupTtlMs` |
 * | `sap2:console:<hash of its id>` | HASH | credential (hash of a token), idleMs, endsAtMs | after its idle time, or its longest life |
 * | `sap2:transaction:<hash of peer, transactionID>` | HASH | contentHash, owner, answer | lease, then as long as an answer is kept |
 */

export const OWNER = 'sap2:owner';

/** A channel, not a key: the peer's id of each SSP session that was made, replaced or ended. */
export const SSP_SESSION_CHANGES = 'sap2:ssp-session-changes';

/** 256 bits: no peer can make two ids meet. The line feed keeps ('a', 'bc') and ('ab', 'c') apart. */
export function hashOf(...parts: readonly string[]): string {
  return hash('sha256', parts.join('\n'), 'base64url');
}

/** Keys of one shard of live sessions. */
export class ShardKeys {
  readonly mark: string;
  readonly deadlines: string;
  readonly drift: string;
  readonly writable: string;
  readonly shutOut: string;
  private readonly prefix: string;

  constructor(shard: number) {
    this.prefix = `sap2:{${String(shard).padStart(2, '0')}}`;
    this.mark = `${this.prefix}:shard`;
    this.deadlines = `${this.prefix}:deadlines`;
    this.drift = `${this.prefix}:drift`;
    this.writable = `${this.prefix}:writable`;
    this.shutOut = `${this.prefix}:shut-out`;
  }

  session(id: UserSessionID): string {
    return `${this.prefix}:session:${id}`;
  }

  tombstone(id: UserSessionID): string {
    return `${this.prefix}:tombstone:${id}`;
  }

  opening(id: UserSessionID): string {
    return `${this.prefix}:opening:${id}`;
  }
}

/** Matches the keys of all sessions, for a walk over them. */
export const ANY_SESSION = 'sap2:{[0-9][0-9]}:session:*';

export const sessionOfKey = (key: string): UserSessionID =>
  key.slice(key.lastIndexOf(':') + 1) as UserSessionID;

const attemptsTag = (peer: ServiceID): string => `sap2:{attempts:${hashOf(peer)}}`;

/** Beside the attempts at the peer: one script counts an attempt and uses its nonce up. */
export const nonceKey = (peer: ServiceID, nonce: string): string =>
  `${attemptsTag(peer)}:nonce:${hashOf(nonce)}`;

export interface AttemptKeys {
  readonly userWrong: string;
  readonly userPending: string;
  readonly peerWrong: string;
  readonly peerPending: string;
  readonly known: string;
  readonly waiting: string;
  readonly slots: string;
  readonly locked: string;
}

export const lockedKey = (peer: ServiceID): string => `${attemptsTag(peer)}:locked`;

export function attemptKeys(peer: ServiceID, account: AccountID): AttemptKeys {
  const tag = attemptsTag(peer);
  const user = hashOf(account);
  return {
    userWrong: `${tag}:wrong:${user}`,
    userPending: `${tag}:pending:${user}`,
    peerWrong: `${tag}:wrong`,
    peerPending: `${tag}:pending`,
    known: `${tag}:clients:${user}`,
    waiting: `${tag}:waiting`,
    slots: `${tag}:slots`,
    locked: lockedKey(peer),
  };
}

export function syncKeys(...set: readonly string[]): { readonly arrivals: string; readonly listed: string } {
  const tag = `sap2:{sync:${hashOf(...set)}}`;
  return { arrivals: `${tag}:arrivals`, listed: `${tag}:listed` };
}

/** A session of the console. */
export const consoleSessionKey = (id: string): string => `sap2:console:${hashOf(id)}`;

export const sspSessionKey = (theirID: string): string => `sap2:ssp-session:${hashOf(theirID)}`;

export const sspSessionsOfPeerKey = (peer: string): string => `sap2:peer:${hashOf(peer)}:ssp-sessions`;

const SETUPS = 'sap2:{setups}';
/** 132 bits are enough where nothing is opened by them. */
const SHORT = 22;

/** What the unfinished set-ups under one peer and transactionID are called by. */
export const nameOfSetup = (peer: string, transactionID: string): string =>
  hashOf(peer, transactionID).slice(0, SHORT);

/** The owner of one IPv6 address has its whole /64 network, so all of it counts as one. */
export const setupAddress = (address: string): string => hashOf(networkOf(address)).slice(0, SHORT);

function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const all = [...groups, ...Array.from({ length: 8 - groups.length - after.length }, () => '0'), ...after];
  return all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16))
    .join(':');
}

/** All in one slot: what strangers make us keep has one bound. */
export const setupKeys = {
  /** KEYS[1] to KEYS[5] of setups.lua. */
  begun: ['begun', 'by-name', 'by-time', 'by-address', 'crowds'].map((key) => `${SETUPS}:${key}`),
  provenOf: (transactionID: string): string => `${SETUPS}:proven:${hashOf(transactionID)}`,
  provenOfPeer: (peer: string): string => `${SETUPS}:proven-of-peer:${hashOf(peer)}`,
  wrongOf: (address: string): string => `${SETUPS}:wrong:${hashOf(address)}`,
};

export const outgoingSetupKey = (peer: string): string => `sap2:outgoing-setup:${hashOf(peer)}`;

export const outgoingSetupPeerKey = (transactionID: string): string =>
  `sap2:outgoing-setup-peer:${hashOf(transactionID)}`;

export const transactionKey = (peer: string, transactionID: string): string =>
  `sap2:transaction:${hashOf(peer, transactionID)}`;
