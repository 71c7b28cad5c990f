import type { EventFeed, FeedEvent } from '@sap2/event-feed';
import type { Clock, Randomness } from '@sap2/kernel';
import { backOffMs } from '@sap2/peer-delivery';
import { type MessageWriter, SharedSignalsOffError } from './message-writer.js';
import type {
  ClaimedLine,
  LineNews,
  MessageRange,
  MessageRecord,
  SubscriptionLines,
} from './ports/subscription-lines.port.js';
import type { SendOutcome, SendWebhook } from './send-webhook.js';
import { messagesOf, rangeOf } from './webhook-message.js';

export interface WebhookLimits {
  /** So long a receiver has failed when its events become undelivered. */
  readonly horizonMs: number;
  /** Longest time between two attempts. */
  readonly longestRetryMs: number;
}

export interface WebhookReport {
  delivered(subscription: string, events: number): void;
  /** `failures`: in a row, this one included. */
  failed(subscription: string, error: string, failures: number): void;
  undelivered(subscription: string, events: number): void;
  /** It answered 410, so it is disabled. */
  gone(subscription: string): void;
  /** Events were dropped before they were delivered. */
  missed(subscription: string): void;
}

export interface WebhookNeeds {
  readonly lines: Pick<SubscriptionLines, 'pending' | 'record' | 'release'>;
  readonly feed: Pick<EventFeed, 'page'>;
  readonly writer: Pick<MessageWriter, 'write'>;
  readonly send: Pick<SendWebhook, 'execute'>;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly report: WebhookReport;
}

/** Events in memory for one subscription. */
const READ_AT_ONCE = 100;
/** Other subscriptions may wait for the place. */
const TURN_MS = 10_000;

/** The present state of a line during its turn. */
interface Turn {
  readonly line: ClaimedLine;
  readonly stop: AbortSignal;
  readonly endsAtMs: number;
  cursor: bigint;
  failures: number;
  failingSinceMs: number | undefined;
  hasPending: boolean;
}

/** `rest`: there is nothing more to send now. `lost`: the claim is over, so nothing more may be sent. */
type Step = 'again' | 'rest' | 'lost';

/**
 * Delivers the events of one subscription in their order, at least once. The cursor moves after the acknowledgement. A
 * message that failed, and each batch, has a record. So it is sent again with the same content.
 */
export class DeliverEvents {
  constructor(
    private readonly on: WebhookNeeds,
    private readonly limits: WebhookLimits,
  ) {}

  /** One turn. When `stop` is aborted, it finishes the message in progress. */
  async execute(line: ClaimedLine, stop: AbortSignal): Promise<void> {
    const { cursor, failures, failingSinceMs, hasPending } = line;
    const endsAtMs = this.on.clock.nowMs() + TURN_MS;
    const turn: Turn = { line, stop, endsAtMs, cursor, failures, failingSinceMs, hasPending };
    let step: Step = 'again';
    while (step === 'again' && this.mayGoOn(turn))
      step = turn.hasPending ? await this.sendAgain(turn) : await this.readOn(turn);
    await this.on.lines.release(line);
  }

  private mayGoOn({ stop, endsAtMs }: Turn): boolean {
    return !stop.aborted && this.on.clock.nowMs() < endsAtMs;
  }

  /** The oldest message with a record. */
  private async sendAgain(turn: Turn): Promise<Step> {
    const range = await this.on.lines.pending(turn.line);
    if (range === undefined) {
      turn.hasPending = false;
      return 'again';
    }
    const events = await this.eventsOf(turn.line, range);
    if (events.length === 0) {
      return this.record(turn, turn.cursor, { kind: 'none' }, [
        { ...range, state: 'skipped', isAttempt: false },
      ]);
    }
    if (this.isTooOld(turn, range.atMs)) return this.giveUp(turn, [range], turn.cursor);
    return this.deliver(turn, events, range, turn.cursor);
  }

  /** Those of a message that are still there and still wanted. */
  private async eventsOf(line: ClaimedLine, { first, last }: MessageRange): Promise<readonly FeedEvent[]> {
    const events: FeedEvent[] = [];
    let after = first - 1n;
    while (after < last) {
      const page = await this.on.feed.page({
        after,
        limit: READ_AT_ONCE,
        types: line.types,
        domains: line.domains,
      });
      if (page.kind === 'gone') return [];
      events.push(...page.events.filter(({ position }) => position <= last));
      if (page.next === after) break;
      after = page.next;
    }
    return events;
  }

  private async readOn(turn: Turn): Promise<Step> {
    const { types, domains, batch } = turn.line;
    const page = await this.on.feed.page({ after: turn.cursor, limit: READ_AT_ONCE, types, domains });
    if (page.kind === 'gone') {
      this.on.report.missed(turn.line.id);
      return this.record(turn, page.oldest, { kind: 'missed' }, []);
    }
    const messages = messagesOf(page.events, batch);
    const ranges = messages.flatMap((events) => rangeOf(events, batch) ?? []);
    const young = ranges.findIndex(({ atMs }) => !this.isTooOld(turn, atMs));
    const tooOld = ranges.slice(0, young === -1 ? ranges.length : young);
    const lastTooOld = tooOld.at(-1);
    if (lastTooOld !== undefined) return this.giveUp(turn, tooOld, lastTooOld.last);
    const step = await this.deliverAll(turn, messages, page.next);
    return step === 'again' && page.isLast ? 'rest' : step;
  }

  /** Then the cursor is at `next`. */
  private async deliverAll(
    turn: Turn,
    messages: readonly (readonly FeedEvent[])[],
    next: bigint,
  ): Promise<Step> {
    for (const [index, events] of messages.entries()) {
      if (!this.mayGoOn(turn)) return 'rest';
      const isLast = index === messages.length - 1;
      const step = await this.deliverNew(turn, events, isLast ? next : undefined);
      if (step !== 'again') return step;
    }
    if (next === turn.cursor) return 'again';
    return this.record(turn, next, { kind: 'none' }, []);
  }

  /** `next`: where the cursor goes, if it is beyond the last event. */
  private async deliverNew(
    turn: Turn,
    events: readonly FeedEvent[],
    next: bigint | undefined,
  ): Promise<Step> {
    const range = rangeOf(events, turn.line.batch);
    if (range === undefined) return 'again';
    const cursor = next ?? range.last;
    if (turn.line.batch > 1) {
      // More events may follow until the next attempt, so the record says what this message has.
      const held = await this.record(turn, cursor, { kind: 'none' }, [
        { ...range, state: 'pending', isAttempt: false },
      ]);
      if (held !== 'again') return held;
    }
    return this.deliver(turn, events, range, cursor);
  }

  private async deliver(
    turn: Turn,
    events: readonly FeedEvent[],
    range: MessageRange,
    cursor: bigint,
  ): Promise<Step> {
    const { line } = turn;
    const webhookID = rangeOf(events, line.batch)?.webhookID ?? range.webhookID;
    const outcome = await this.send(line, webhookID, events);
    const record: MessageRecord = {
      ...range,
      webhookID,
      state: outcome.kind === 'acknowledged' ? 'delivered' : 'pending',
      isAttempt: true,
      httpStatus: outcome.httpStatus,
      error: outcome.kind === 'acknowledged' ? undefined : outcome.error,
    };
    const news = this.newsOf(turn, outcome);
    const step = await this.record(turn, cursor, news, [record]);
    this.say(turn, news, events.length);
    if (news.kind !== 'worked') return 'rest';
    turn.failures = 0;
    turn.failingSinceMs = undefined;
    return step;
  }

  private async send(
    line: ClaimedLine,
    webhookID: string,
    events: readonly FeedEvent[],
  ): Promise<SendOutcome> {
    try {
      return await this.on.send.execute(line, webhookID, await this.on.writer.write(line, events));
    } catch (error) {
      if (!(error instanceof SharedSignalsOffError)) throw error;
      return { kind: 'failed', httpStatus: undefined, error: error.message };
    }
  }

  private newsOf({ failures }: Turn, outcome: SendOutcome): LineNews {
    if (outcome.kind === 'acknowledged') return { kind: 'worked' };
    if (outcome.kind === 'gone') return { kind: 'gone', error: outcome.error };
    const retryInMs = backOffMs(failures, this.on.randomness.fraction(), this.limits.longestRetryMs);
    return { kind: 'failed', error: outcome.error, retryInMs };
  }

  private say({ line, failures }: Turn, news: LineNews, events: number): void {
    const { report } = this.on;
    if (news.kind === 'worked') report.delivered(line.id, events);
    if (news.kind === 'failed') report.failed(line.id, news.error, failures + 1);
    if (news.kind === 'gone') report.gone(line.id);
  }

  /** The receiver has failed for the whole horizon, and the event is as old. */
  private isTooOld({ failingSinceMs }: Turn, atMs: number): boolean {
    if (failingSinceMs === undefined) return false;
    return this.on.clock.nowMs() - Math.max(failingSinceMs, atMs) >= this.limits.horizonMs;
  }

  private async giveUp(turn: Turn, ranges: readonly MessageRange[], cursor: bigint): Promise<Step> {
    const records = ranges.map((range) => ({ ...range, state: 'undelivered' as const, isAttempt: false }));
    const step = await this.record(turn, cursor, { kind: 'none' }, records);
    const events = ranges.reduce((sum, { count }) => sum + count, 0);
    this.on.report.undelivered(turn.line.id, events);
    return step;
  }

  private async record(
    turn: Turn,
    cursor: bigint,
    news: LineNews,
    records: readonly MessageRecord[],
  ): Promise<Step> {
    const isOurs = await this.on.lines.record(turn.line, { cursor, news, records });
    turn.cursor = cursor;
    return isOurs ? 'again' : 'lost';
  }
}
