import {
  type AccountID,
  type AttemptAdmission,
  type AttemptResult,
  type AttemptStanding,
  DIGEST_SCHEMAS,
  type LoginAttempt,
  type LoginAttempts,
  type ServiceID,
} from '@sap2/session-core';
import { type AttemptKeys, attemptKeys, hashOf, lockedKey, nonceKey } from './keys.js';
import type { RedisConnection } from './redis-connection.js';
import { bindingHash } from './redis-nonces.js';
import { asInteger, asList, asTexts, script } from './script.js';

export interface AttemptLimits {
  /** Wrong guesses at one user over one peer. */
  readonly perUser: number;
  /** Wrong guesses by strangers over one peer, at all its users together. */
  readonly perPeer: number;
  /** Beyond that limit: so many of their logins are checked in a second. */
  readonly strangersPerS: number;
  /** From the first wrong guess on, whatever follows. */
  readonly windowMs: number;
  /** For how long a client that was right is no stranger. */
  readonly knownMs: number;
}

/**
 * Longer than a check takes, behind a full queue of hashes and a slow database. A process that died keeps others waiting
 * no longer than this.
 */
const LEASE_MS = 60_000;

/** Time until a stranger may return for a slot. An attack ends sooner, and a person can wait. */
const COME_AGAIN_MS = 2_000;
/** How late a stranger may return, since peers and people do not return at the exact second. */
const SLOT_KEPT_MS = 30_000;
/** For which slots are given in advance; a person waits no longer. Where all are taken, a stranger tries its luck again. */
const SLOT_HORIZON_MS = 60_000;
/** Bounds the memory that a spray costs: about 6 MB for each peer. The one that may come the longest is forgotten first. */
const STRANGERS_REMEMBERED = 50_000;
/** The same of an index of locked users. Who is left out is locked all the same. */
const LOCKED_REMEMBERED = 50_000;
/** Bounds the memory that one user with very many ClientIDs costs: no person has more devices. */
const KNOWN_PER_USER = 64;

const refusal = (why: 'user-locked' | 'peer-slowed', forMs: number): AttemptAdmission => ({
  kind: 'refused',
  why,
  retryAfterS: Math.ceil(forMs / 1000),
});

const BEGIN = script('begin-attempt.lua', (reply): AttemptAdmission => {
  if (typeof reply === 'string') {
    return { kind: 'go-ahead', issuedFor: DIGEST_SCHEMAS.find((schema) => schema === reply) };
  }
  if (Array.isArray(reply)) return refusal('user-locked', asInteger(reply[0]));
  const answer = asInteger(reply);
  if (answer === 0) return { kind: 'go-ahead', issuedFor: undefined };
  return answer > 0 ? { kind: 'wait' } : refusal('peer-slowed', -answer);
});
const SETTLE = script('settle-attempt.lua', (reply): number | undefined => asInteger(reply) || undefined);
const STANDING = script('standing-of-users.lua', (reply) => asList(reply).map(asInteger));
const LOCKED = script('locked-users.lua', (reply) => asTexts(reply) as AccountID[]);
const FORGET = script('forget-attempts.lua', (reply): void => void asInteger(reply));

export class RedisLoginAttempts implements LoginAttempts {
  constructor(
    private readonly redis: RedisConnection,
    private readonly limits: AttemptLimits,
  ) {}

  begin(attempt: LoginAttempt, nonce?: string): Promise<AttemptAdmission> {
    const { perUser, perPeer, strangersPerS } = this.limits;
    const { peer, account, clientKey, transactionID } = attempt;
    const keys = keysOf(attempt);
    const nonces = nonce === undefined ? [] : [nonceKey(peer, nonce)];
    return this.redis.run(
      BEGIN,
      [...settledKeys(keys), keys.waiting, keys.slots, ...nonces],
      [
        perUser,
        perPeer,
        transactionID,
        LEASE_MS,
        hashOf(clientKey),
        hashOf(account, clientKey),
        Math.ceil(1000 / strangersPerS),
        COME_AGAIN_MS,
        SLOT_KEPT_MS,
        SLOT_HORIZON_MS,
        STRANGERS_REMEMBERED,
        bindingHash(attempt),
      ],
    );
  }

  settle(attempt: LoginAttempt, result: AttemptResult): Promise<number | undefined> {
    const { windowMs, knownMs, perUser } = this.limits;
    const { account, clientKey, transactionID } = attempt;
    const keys = keysOf(attempt);
    return this.redis.run(
      SETTLE,
      [...settledKeys(keys), keys.locked],
      [
        transactionID,
        result,
        windowMs,
        knownMs,
        hashOf(clientKey),
        KNOWN_PER_USER,
        perUser,
        account,
        LOCKED_REMEMBERED,
      ],
    );
  }

  async standing(
    accounts: readonly AccountID[],
    peers: readonly ServiceID[],
  ): Promise<readonly AttemptStanding[]> {
    if (accounts.length === 0) return [];
    const ofPeers = await Promise.all(
      peers.map((peer) =>
        this.redis.run(
          STANDING,
          accounts.map((account) => attemptKeys(peer, account).userWrong),
          [],
        ),
      ),
    );
    return accounts.map((_, i) => this.standingOf(ofPeers.map((each) => each.slice(2 * i, 2 * i + 2))));
  }

  async locked(peers: readonly ServiceID[]): Promise<readonly AccountID[]> {
    const ofPeers = await Promise.all(peers.map((peer) => this.redis.run(LOCKED, [lockedKey(peer)], [])));
    return [...new Set(ofPeers.flat())];
  }

  async forget(account: AccountID, peers: readonly ServiceID[]): Promise<void> {
    const keys = peers.map((peer) => attemptKeys(peer, account));
    await Promise.all(
      keys.map(({ userWrong, locked }) => this.redis.run(FORGET, [userWrong, locked], [account])),
    );
  }

  /** Of each peer its wrong guesses, and the milliseconds until it forgets them. */
  private standingOf(ofPeers: readonly (readonly number[])[]): AttemptStanding {
    const { perUser } = this.limits;
    const locks = ofPeers.flatMap(([wrong = 0, forMs = 0]) => (wrong >= perUser ? [forMs] : []));
    return {
      failed: ofPeers.reduce((sum, [wrong = 0]) => sum + wrong, 0),
      lockedForMs: locks.length === 0 ? undefined : Math.max(...locks),
    };
  }
}

const keysOf = ({ peer, account }: LoginAttempt): AttemptKeys => attemptKeys(peer, account);

const settledKeys = (keys: AttemptKeys): string[] => [
  keys.userWrong,
  keys.userPending,
  keys.peerWrong,
  keys.peerPending,
  keys.known,
];
