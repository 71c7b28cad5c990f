import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { ownCopy } from '../sessions/own-copy.js';

const MS_PER_S = 1000;

/** Requests in a second, of each address and of each user. */
export class RequestRates {
  readonly #ofAddress: RateLimiterMemory;
  readonly #ofUser: RateLimiterMemory;

  constructor(perAddressPerS: number, perUserPerS: number) {
    this.#ofAddress = new RateLimiterMemory({ points: perAddressPerS, duration: 1 });
    this.#ofUser = new RateLimiterMemory({ points: perUserPerS, duration: 1 });
  }

  /** Seconds until the next request may come; 0: this one may. */
  ofAddress(address: string): Promise<number> {
    return take(this.#ofAddress, address);
  }

  ofUser(user: string): Promise<number> {
    return take(this.#ofUser, ownCopy(user));
  }
}

async function take(limiter: RateLimiterMemory, key: string): Promise<number> {
  try {
    await limiter.consume(key);
    return 0;
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return Math.max(1, Math.ceil(refusal.msBeforeNext / MS_PER_S));
    throw refusal;
  }
}
