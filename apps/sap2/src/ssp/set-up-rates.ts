import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** Messages of set-ups in a second, from one address in the name of one peer: some nodes of a cluster at once. */
const PER_ADDRESS = 20;
/** From all addresses: more are POSTs that the peer itself has to bear. */
const PER_PEER = 100;

/**
 * Bounds what strangers can make us send. In callback mode each message of a set-up, proven or not, is answered by a POST
 * to the URL of the peer that it names (ssp-binding §3).
 */
export class SetUpRates {
  private readonly addresses = new RateLimiterMemory({ points: PER_ADDRESS, duration: 1 });
  private readonly peers = new RateLimiterMemory({ points: PER_PEER, duration: 1 });

  /** Counts one more. False: it is too much. */
  async take(peer: string, address: string): Promise<boolean> {
    return (await consume(this.addresses, `${address} ${peer}`)) && (await consume(this.peers, peer));
  }
}

async function consume(limiter: RateLimiterMemory, key: string): Promise<boolean> {
  try {
    await limiter.consume(key);
    return true;
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return false;
    throw refusal;
  }
}
