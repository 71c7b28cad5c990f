import type { AccountID, LoginAttempts, ServiceID } from '@sap2/session-core';
import { attemptsKey } from './keys.js';
import type { RedisConnection } from './redis-connection.js';
import { asInteger, script } from './script.js';

export interface AttemptLimit {
  readonly limit: number;
  /** From the first guess on, whatever follows. */
  readonly windowMs: number;
}

type Taken = Awaited<ReturnType<LoginAttempts['take']>>;

const TAKE = script('take-attempt.lua', (reply): Taken => {
  const refusedForMs = -asInteger(reply);
  return refusedForMs > 0
    ? { allowed: false, retryAfterS: Math.ceil(refusedForMs / 1000) }
    : { allowed: true };
});
const GIVE_BACK = script('give-back-attempt.lua', (reply): void => void asInteger(reply));
const FORGET = script('forget-attempts.lua', (reply): void => void asInteger(reply));

export class RedisLoginAttempts implements LoginAttempts {
  constructor(
    private readonly redis: RedisConnection,
    private readonly most: AttemptLimit,
  ) {}

  take(peer: ServiceID, account: AccountID): Promise<Taken> {
    return this.redis.run(TAKE, [attemptsKey(peer, account)], [this.most.limit, this.most.windowMs]);
  }

  async giveBack(peer: ServiceID, account: AccountID): Promise<void> {
    await this.redis.run(GIVE_BACK, [attemptsKey(peer, account)], []);
  }

  async forget(account: AccountID, peers: readonly ServiceID[]): Promise<void> {
    await Promise.all(peers.map((peer) => this.redis.run(FORGET, [attemptsKey(peer, account)], [])));
  }
}
