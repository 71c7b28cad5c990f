import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Problem } from './problem.filter.js';

export interface AdminRateLimits {
  readonly requestsPerSecond: number;
  readonly failuresPerMinute: number;
}

/**
 * Limits the requests of one token, and those of one address without a valid token. Each process counts for itself. A valid
 * token still works when others behind the same address have failed.
 */
export class AdminRates {
  private readonly requests: RateLimiterMemory;
  private readonly failures: RateLimiterMemory;

  constructor({ requestsPerSecond, failuresPerMinute }: AdminRateLimits) {
    this.requests = new RateLimiterMemory({ points: requestsPerSecond, duration: 1 });
    this.failures = new RateLimiterMemory({ points: failuresPerMinute, duration: 60 });
  }

  /** @throws Problem 429 */
  request(administrator: string): Promise<void> {
    return counted(this.requests, administrator, 'This token asks for too much');
  }

  /** @throws Problem 429 */
  failure(address: string): Promise<void> {
    return counted(this.failures, address, 'Too many requests without a valid token came from this address');
  }
}

async function counted(limiter: RateLimiterMemory, key: string, what: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    const retryAfterS = Math.ceil(error.msBeforeNext / 1000);
    throw new Problem(429, `${what}; try again in ${retryAfterS} s.`, [], retryAfterS);
  }
}
