import type { EventFeed } from '@sap2/event-feed';
import type { DeliverEvents } from './deliver-events.js';
import type { ClaimedLine, SubscriptionLines } from './ports/subscription-lines.port.js';

export interface WebhookTimes {
  /** Between two looks while a subscription is enabled. */
  readonly lookEveryMs: number;
  /** Between two looks while no subscription is enabled: a hint may be lost. */
  readonly idleLookEveryMs: number;
  /** Events of so long a time share a look. */
  readonly gatherMs: number;
  /** After a failure of a store, which is likely to last. */
  readonly failureRestMs: number;
  readonly pruneEveryMs: number;
}

export const DEFAULT_WEBHOOK_TIMES: WebhookTimes = {
  lookEveryMs: 500,
  idleLookEveryMs: 600_000,
  gatherMs: 20,
  failureRestMs: 5_000,
  pruneEveryMs: 60_000,
};

/** Subscriptions in progress at once. Receivers that failed have places of their own, so they take none of the others. */
const WELL_AT_ONCE = 16;
const SUSPECT_AT_ONCE = 8;

/** Resolves after so many milliseconds, or at once when the signal is aborted; never rejects. */
type Pause = (ms: number, signal: AbortSignal) => Promise<void>;

/** Turns of subscriptions, in parallel. Without an enabled subscription it asks nothing of the database. */
export class WebhookQueues {
  private readonly running = new Map<string, Promise<void>>();
  private readonly underWay = { well: 0, suspect: 0 };
  /** Undefined: not known, because a subscription was changed. */
  private hasEnabled: boolean | undefined;
  private changes = 0;
  private hasDelivered = false;
  private nap = new AbortController();
  private prunedAtMs = 0;

  constructor(
    private readonly lines: Pick<SubscriptionLines, 'hasEnabled' | 'claimDue' | 'prune' | 'onWake'>,
    private readonly feed: Pick<EventFeed, 'onWake'>,
    private readonly deliver: Pick<DeliverEvents, 'execute'>,
    private readonly pause: Pause,
    private readonly steadyClock: { nowMs(): number },
    private readonly failed: (error: unknown, subscription: string | undefined) => void,
    private readonly times: WebhookTimes = DEFAULT_WEBHOOK_TIMES,
  ) {}

  /** Until `stop` is aborted; then it returns when the messages in progress are settled. Never rejects for a failed store. */
  async run(stop: AbortSignal): Promise<void> {
    const ring = (): void => this.nap.abort();
    stop.addEventListener('abort', ring);
    const stopListening = [
      this.feed.onWake(() => {
        if (this.hasEnabled !== false) ring();
      }),
      this.lines.onWake(() => {
        this.changes += 1;
        this.hasEnabled = undefined;
        ring();
      }),
    ];
    while (!stop.aborted) {
      this.nap = new AbortController();
      const napMs = await this.look(stop);
      await this.pause(napMs, this.nap.signal);
      await this.pause(this.times.gatherMs, stop);
    }
    stop.removeEventListener('abort', ring);
    for (const end of stopListening) end();
    await Promise.all(this.running.values());
  }

  /** Returns the milliseconds until the next look. */
  private async look(stop: AbortSignal): Promise<number> {
    try {
      if (this.hasEnabled !== true) await this.ask();
      if (this.hasEnabled === false) return this.times.idleLookEveryMs;
      await this.begin(stop);
      await this.prune();
      return this.times.lookEveryMs;
    } catch (error) {
      this.hasEnabled = undefined;
      this.failed(error, undefined);
      return this.times.failureRestMs;
    }
  }

  /** A change while the question is in progress leaves the answer unknown. */
  private async ask(): Promise<void> {
    const changes = this.changes;
    const found = await this.lines.hasEnabled();
    this.hasEnabled = changes === this.changes ? found : undefined;
  }

  private async begin(stop: AbortSignal): Promise<void> {
    const most = {
      well: WELL_AT_ONCE - this.underWay.well,
      suspect: SUSPECT_AT_ONCE - this.underWay.suspect,
    };
    if (most.well === 0 && most.suspect === 0) return;
    for (const line of await this.lines.claimDue(most)) {
      this.running.set(line.claim, this.turn(line, stop));
    }
  }

  /** Never rejects. After a failure the claim stays, so the subscription rests until its time is over. */
  private async turn(line: ClaimedLine, stop: AbortSignal): Promise<void> {
    const kind = line.failures > 0 ? 'suspect' : 'well';
    this.underWay[kind] += 1;
    try {
      await this.deliver.execute(line, stop);
    } catch (error) {
      this.failed(error, line.id);
    }
    this.underWay[kind] -= 1;
    this.hasDelivered = true;
    this.running.delete(line.claim);
    this.nap.abort();
  }

  private async prune(): Promise<void> {
    const nowMs = this.steadyClock.nowMs();
    if (!this.hasDelivered || nowMs - this.prunedAtMs < this.times.pruneEveryMs) return;
    this.prunedAtMs = nowMs;
    this.hasDelivered = false;
    await this.lines.prune();
  }
}
