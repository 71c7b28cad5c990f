import type {
  AccountID,
  AttemptAdmission,
  AttemptResult,
  LoginAttempt,
  LoginAttempts,
  ServiceID,
} from '@sap2/session-core';
import { type AttemptKeys, attemptKeys } from './keys.js';
import type { RedisConnection } from './redis-connection.js';
import { asInteger, script } from './script.js';

export interface AttemptLimits {
  /** Wrong guesses at one user over one peer. */
  readonly perUser: number;
  /** Wrong guesses by strangers over one peer, at all its users together. */
  readonly perPeer: number;
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

const BEGIN = script('begin-attempt.lua', (reply): AttemptAdmission => {
  const answer = asInteger(reply);
  if (answer === 0) return { kind: 'go-ahead' };
  return answer > 0 ? { kind: 'wait' } : { kind: 'refused', retryAfterS: Math.ceil(-answer / 1000) };
});
const SETTLE = script('settle-attempt.lua', (reply): void => void asInteger(reply));
const FORGET = script('forget-attempts.lua', (reply): void => void asInteger(reply));

export class RedisLoginAttempts implements LoginAttempts {
  constructor(
    private readonly redis: RedisConnection,
    private readonly limits: AttemptLimits,
  ) {}

  begin(attempt: LoginAttempt): Promise<AttemptAdmission> {
    const { perUser, perPeer } = this.limits;
    return this.redis.run(BEGIN, keysOf(attempt), [perUser, perPeer, attempt.transactionID, LEASE_MS]);
  }

  async settle(attempt: LoginAttempt, result: AttemptResult): Promise<void> {
    const { windowMs, knownMs } = this.limits;
    await this.redis.run(SETTLE, keysOf(attempt), [attempt.transactionID, result, windowMs, knownMs]);
  }

  async forget(account: AccountID, peers: readonly ServiceID[]): Promise<void> {
    const counters = peers.map((peer) => attemptKeys(peer, account).userWrong);
    await Promise.all(counters.map((counter) => this.redis.run(FORGET, [counter], [])));
  }
}

function keysOf({ peer, account, clientKey }: LoginAttempt): string[] {
  const keys: AttemptKeys = attemptKeys(peer, account);
  return [keys.userWrong, keys.userPending, keys.peerWrong, keys.peerPending, keys.known(clientKey)];
}
