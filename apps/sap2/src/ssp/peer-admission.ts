import type { Measures } from '@sap2/observability';
import type { Agreement } from '@sap2/peer-link';
import type { StatusAnswer } from '@sap2/ssp-wire';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { FairTurns } from '../doors/fair-turns.js';
import { type Gate, shareOf, type Urgency } from '../doors/gate.js';
import { bareStatus } from './status-table.js';

/** What a peer may use whose agreement does not say it. */
export interface UsualPeerLimits {
  readonly requestsPerSecond: number | undefined;
  readonly loginsPerSecond: number | undefined;
  readonly inFlight: number;
}

/**
 * Logins under way at once, of all peers: enough to keep the hashes and the connections to PostgreSQL busy, and no more, since
 * those have one queue for everybody, in which one peer's logins would stand before all others.
 */
const LOGINS_AT_ONCE = 16;

type Cause = 'requests-per-second' | 'logins-per-second' | 'in-flight' | 'overloaded';

/** A message that is not taken in now: 429 for what the peer did, 503 for what we have to do (ssp-binding §2). */
export class TurnedAway {
  constructor(
    readonly httpStatus: 429 | 503,
    readonly cause: Exclude<Cause, 'logins-per-second'>,
    readonly detail: string,
    readonly retryAfterS: number,
  ) {}
}

/** Requests that were at work are done by then. */
export const BUSY_RETRY_AFTER_S = 1;
/** An overload takes a while to pass, and its peers should not come back all at once in the next second. */
const OVERLOADED_RETRY_AFTER_S = 5;

/**
 * How much one peer gets of this process (docs/adr/0022): messages and logins per second, and messages at work at once. What
 * the peer asks for beyond it is refused at once, so it neither fills our queues nor those of other peers; within its
 * share keep-alives come before logouts before logins, as they do in the whole.
 */
export class PeerAdmission {
  private readonly atWork = new Map<string, number>();
  private readonly requests = new Rates();
  private readonly logins = new Rates();
  private readonly turns = new FairTurns(LOGINS_AT_ONCE);

  constructor(
    private readonly gate: Gate,
    private readonly usual: UsualPeerLimits,
    private readonly measures: Measures,
  ) {}

  /** Does the work of one message, or says why not. */
  async pass<R>(
    { peer, limits }: Agreement,
    urgency: Urgency,
    work: () => Promise<R>,
  ): Promise<R | TurnedAway> {
    const { requestsPerSecond = this.usual.requestsPerSecond, inFlight = this.usual.inFlight } = limits;
    const waitS = await this.requests.take(peer, requestsPerSecond);
    if (waitS > 0) {
      return this.turnAway(peer, 'requests-per-second', 'Too many messages in a second.', waitS);
    }
    if (!this.gate.hasRoomFor(urgency)) {
      return this.turnAway(peer, 'overloaded', 'Not now (overloaded).', OVERLOADED_RETRY_AFTER_S);
    }
    if ((this.atWork.get(peer) ?? 0) >= shareOf(inFlight, urgency)) {
      return this.turnAway(peer, 'in-flight', 'Too many messages at once.', BUSY_RETRY_AFTER_S);
    }
    return this.counted(peer, work);
  }

  /** Work that was let in before, and begins now. */
  async counted<R>(peer: string, work: () => Promise<R>): Promise<R> {
    this.atWork.set(peer, (this.atWork.get(peer) ?? 0) + 1);
    try {
      return await work();
    } finally {
      const left = (this.atWork.get(peer) ?? 0) - 1;
      if (left > 0) this.atWork.set(peer, left);
      else this.atWork.delete(peer);
    }
  }

  /**
   * For one login in a message, which may have more of them, and more urgent requests: undefined, or 503 with
   * the time to come again. Nothing is done then, so its repetition starts afresh.
   */
  async refusalOfLogin({ peer, limits }: Agreement): Promise<StatusAnswer | undefined> {
    const waitS = await this.logins.take(peer, limits.loginsPerSecond ?? this.usual.loginsPerSecond);
    if (waitS > 0) {
      this.measures.turnedAway(peer, 'logins-per-second' satisfies Cause);
      return bareStatus(503, 'Too many logins in a second.', waitS);
    }
    if (this.gate.hasRoomFor('login')) return undefined;
    this.measures.turnedAway(peer, 'overloaded' satisfies Cause);
    return bareStatus(503, 'Not now (overloaded).', OVERLOADED_RETRY_AFTER_S);
  }

  /** Logins take turns by their peers. */
  inTurn<R>({ peer }: Agreement, login: () => Promise<R>): Promise<R> {
    return this.turns.run(peer, login);
  }

  private turnAway(peer: string, cause: TurnedAway['cause'], why: string, retryAfterS: number): TurnedAway {
    this.measures.turnedAway(peer, cause);
    return new TurnedAway(cause === 'overloaded' ? 503 : 429, cause, `${why} Try again later.`, retryAfterS);
  }
}

/** Per peer and second, counted in this process. A limit that was changed counts anew. */
class Rates {
  private readonly limiters = new Map<string, RateLimiterMemory>();

  /** Seconds until the peer may come again; 0: now, and it was counted. */
  async take(peer: string, perSecond: number | undefined): Promise<number> {
    if (perSecond === undefined) {
      this.limiters.delete(peer);
      return 0;
    }
    let limiter = this.limiters.get(peer);
    if (limiter?.points !== perSecond) {
      limiter = new RateLimiterMemory({ points: perSecond, duration: 1 });
      this.limiters.set(peer, limiter);
    }
    try {
      await limiter.consume(peer);
      return 0;
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
      throw refusal;
    }
  }
}
