/**
 * Whether the service takes work: closed until the stores are complete, and closed for good when it stops. A door asks
 * before it reads a message, so that nobody is answered from half a store.
 */
export class Gate {
  private reason: 'starting' | 'rebuilding' | 'draining' | undefined = 'starting';
  private isLeaving = false;
  private inFlight = 0;
  private whenIdle: (() => void) | undefined;
  private whenOpen: (() => void)[] = [];

  constructor(private readonly maxInFlight: number) {}

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

  /** How many were let in and are not answered yet. */
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

  /** Runs the work, or says why not. */
  async pass<R>(work: () => Promise<R>): Promise<R | GateClosed> {
    if (this.reason !== undefined) return new GateClosed(this.reason);
    if (this.inFlight >= this.maxInFlight) return new GateClosed('overloaded');
    this.inFlight++;
    try {
      return await work();
    } finally {
      this.inFlight--;
      if (this.inFlight === 0) this.whenIdle?.();
    }
  }

  /** Resolves when what was let in before has been answered. */
  async drained(): Promise<void> {
    this.close('draining');
    if (this.inFlight === 0) return;
    await new Promise<void>((resolve) => {
      this.whenIdle = resolve;
    });
  }
}

export class GateClosed {
  constructor(readonly reason: 'starting' | 'rebuilding' | 'draining' | 'overloaded') {}
}
