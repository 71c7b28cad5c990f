import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** So many a second for each key, counted in this process. A limit that was changed counts anew. */
export class Rates {
  /** By the limit that they count to: there are only as many as there are limits in agreements. */
  private readonly limiters = new Map<number, RateLimiterMemory>();

  /** Seconds until the next one may come; 0: this one may, and it was counted. */
  async take(key: string, perSecond: number): Promise<number> {
    let limiter = this.limiters.get(perSecond);
    if (limiter === undefined) {
      limiter = new RateLimiterMemory({ points: perSecond, duration: 1 });
      this.limiters.set(perSecond, limiter);
    }
    try {
      await limiter.consume(key);
      return 0;
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
      throw refusal;
    }
  }
}
