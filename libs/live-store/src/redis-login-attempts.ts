import {
  type AccountID,
  type AttemptAdmission,
  type AttemptResult,
  DIGEST_SCHEMAS,
  type LoginAttempt,
  type LockedOut,
  type LoginAttempts,
  type ServiceID,
} from '@sap2/session-core';
import { type AttemptKeys, attemptKeys, hashOf, nonceKey } from './keys.js';
import type { RedisConnection } from './redis-connection.js';
import { bindingHash } from './redis-nonces.js';
import { asInteger, asList, script } from './script.js';

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
/** Bounds the memory that one user with very many ClientIDs costs: no person has more devices. */
const KNOWN_PER_USER = 64;

const BEGIN = script('begin-attempt.lua', (reply): AttemptAdmission => {
  if (typeof reply === 'string') {
    return { kind: 'go-ahead', issuedFor: DIGEST_SCHEMAS.find((schema) => schema === reply) };
  }
  const answer = asInteger(reply);
  if (answer === 0) return { kind: 'go-ahead', issuedFor: undefined };
  return answer > 0 ? { kind: 'wait' } : { kind: 'refused', retryAfterS: Math.ceil(-answer / 1000) };
});
const SETTLE = script('settle-attempt.lua', (reply) => {
  const [wrong = 0, staysMs = 0] = asList(reply).map(asInteger);
  return { wrong, staysMs };
});
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

  async settle(attempt: LoginAttempt, result: AttemptResult): Promise<LockedOut | undefined> {
    const { perUser, windowMs, knownMs } = this.limits;
    const { clientKey, transactionID } = attempt;
    const { wrong, staysMs } = await this.redis.run(SETTLE, settledKeys(keysOf(attempt)), [
      transactionID,
      result,
      windowMs,
      knownMs,
      hashOf(clientKey),
      KNOWN_PER_USER,
    ]);
    // Each wrong guess counts once, so only one of them reaches the limit.
    return result === 'wrong' && wrong === perUser ? { forMs: staysMs } : undefined;
  }

  async forget(account: AccountID, peers: readonly ServiceID[]): Promise<void> {
    const counters = peers.map((peer) => attemptKeys(peer, account).userWrong);
    await Promise.all(counters.map((counter) => this.redis.run(FORGET, [counter], [])));
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
