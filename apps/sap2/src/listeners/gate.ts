import { FairShares, type Speaker } from './fair-shares.js';

/** The most urgent request of a message. The order is: keep sessions alive, end sessions, add sessions. */
export type Urgency = 'keep-alive' | 'logout' | 'login';

/**
 * The part of a capacity that each may fill, together with the more urgent ones. Logins are refused first: they cost most,
 * and a waiting user loses nothing. A refused keep-alive may cost a session, and then a login.
 */
const SHARES = { 'keep-alive': 1, logout: 0.8, login: 0.6 } as const satisfies Record<Urgency, number>;

/** How many of `capacity` may be under way for work of this urgency to be among them. */
export const shareOf = (capacity: number, urgency: Urgency): number => Math.ceil(capacity * SHARES[urgency]);

/**
 * Whether the service takes work: closed until the stores are complete, and closed for good when it stops. A listener asks
 * before it reads a message, so that no answer comes from an incomplete store.
 */
export class Gate {
  private reason: 'starting' | 'rebuilding' | 'draining' | undefined = 'starting';
  private isLeaving = false;
  private inFlight = 0;
  private whenIdle: (() => void) | undefined;
  private whenOpen: (() => void)[] = [];
  private readonly shares: FairShares;

  constructor(private readonly maxInFlight: number) {
    this.shares = new FairShares(maxInFlight);
  }

  get closedBecause(): 'starting' | 'rebuilding' | 'draining' | undefined {
    return this.reason;
  }

  /** Why no new work should be sent here: the gate is closed, or it is about to be. */
  get unreadyBecause(): 'starting' | 'rebuilding' | 'draining' | 'leaving' | undefined {
    return this.reason ?? (this.isLeaving ? 'leaving' : undefined);
  }

  /** Says that the gate is about to close for good, and still lets everybody in. */
  leave(): void {
    this.isLeaving = true;
  }

  /** Number of admitted messages without an answer yet. */
  get underWay(): number {
    return this.inFlight;
  }

  open(): void {
    if (this.reason === 'draining') return;
    this.reason = undefined;
    for (const goOn of this.whenOpen.splice(0)) goOn();
  }

  /** Resolves when the gate is open, or when `signal` says not to wait any longer. */
  async opened(signal: AbortSignal): Promise<void> {
    if (this.reason === undefined || signal.aborted) return;
    await new Promise<void>((resolve) => {
      this.whenOpen.push(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  close(reason: 'rebuilding' | 'draining'): void {
    if (this.reason !== 'draining') this.reason = reason;
  }

  /** Whether admitted work of this urgency may continue. */
  hasRoomFor(urgency: Urgency): boolean {
    return this.inFlight <= shareOf(this.maxInFlight, urgency);
  }

  /**
   * Runs the work, or says why not.
   * @param speaker whose share of the places it takes; undefined: it belongs to all
   */
  async pass<R>(work: () => Promise<R>, speaker?: Speaker): Promise<R | GateClosed> {
    if (this.reason !== undefined) return new GateClosed(this.reason);
    if (this.inFlight >= this.maxInFlight) return new GateClosed('overloaded');
    if (speaker !== undefined && !this.shares.take(speaker)) return new GateClosed('crowded');
    this.inFlight++;
    try {
      return await work();
    } finally {
      if (speaker !== undefined) this.shares.giveBack(speaker);
      this.inFlight--;
      if (this.inFlight === 0) this.whenIdle?.();
    }
  }

  /** Resolves when all admitted messages are answered. */
  async drained(): Promise<void> {
    this.close('draining');
    if (this.inFlight === 0) return;
    await new Promise<void>((resolve) => {
      this.whenIdle = resolve;
    });
  }
}

export class GateClosed {
  /** `crowded`: the speaker holds its share of the places already. */
  constructor(readonly reason: 'starting' | 'rebuilding' | 'draining' | 'overloaded' | 'crowded') {}
}
