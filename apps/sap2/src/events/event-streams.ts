import type { AdministratorBook, AdminScope } from '@sap2/administration';
import {
  type EventFilter,
  eventJson,
  type EventTail,
  type FeedEvent,
  type Positions,
  type TailReader,
} from '@sap2/event-feed';
import type { EventLog } from '@sap2/observability';
import type { FastifyReply } from 'fastify';

import { EventStream } from './event-stream.js';

const HEARTBEAT_MS = 15_000;
const HEARTBEAT = Buffer.from(':\n\n');
/** A stream ends within 2 s after its token (northbound §2). */
const TOKEN_CHECK_MS = 1_000;

export interface StreamWish extends EventFilter {
  readonly after: TailReader['after'];
}

/** The streams of this process. They share each look at the feed, each encoding and each check of tokens. */
export class EventStreams {
  private readonly streams = new Set<EventStream>();
  private readonly frames = new WeakMap<FeedEvent, Buffer>();
  private timers: readonly NodeJS.Timeout[] = [];

  constructor(
    private readonly tail: EventTail,
    private readonly positions: Positions,
    private readonly tokens: Pick<AdministratorBook, 'validAmong'>,
    private readonly log: EventLog,
  ) {}

  /** Streams that are open now. */
  get size(): number {
    return this.streams.size;
  }

  /**
   * Answers with the stream, until its reader leaves or its token is valid no longer. Undefined: the stream has begun, and
   * was closed since. `oldest`: there is no stream, because events were dropped.
   */
  async open(
    reply: FastifyReply,
    token: string,
    wish: StreamWish,
  ): Promise<{ readonly oldest: bigint } | undefined> {
    const stream = new EventStream(reply, token);
    this.add(stream);
    try {
      const joined = await this.tail.join({
        ...wish,
        begin: () => stream.begin(),
        catchUp: (events) => stream.sendSlowly(events.map((event) => this.frameOf(event))),
        follow: (events) => stream.send(events.map((event) => this.frameOf(event))),
        signal: stream.signal,
      });
      if (joined.kind !== 'gone') return undefined;
      stream.end();
      return stream.hasBegun ? undefined : { oldest: joined.oldest };
    } catch (error) {
      stream.end();
      // After its begin the answer can only end: the reader comes back, and learns more.
      if (!stream.hasBegun) throw error;
      this.log.warn('event_stream_failed', { error });
      return undefined;
    }
  }

  /** Ends all streams; their readers go on at another process. */
  close(): void {
    for (const stream of this.streams) stream.end();
  }

  private add(stream: EventStream): void {
    this.streams.add(stream);
    stream.signal.addEventListener('abort', () => this.remove(stream), { once: true });
    if (this.timers.length > 0) return;
    this.timers = [
      setInterval(() => this.beat(), HEARTBEAT_MS),
      setInterval(() => void this.checkTokens(), TOKEN_CHECK_MS),
    ];
  }

  private remove(stream: EventStream): void {
    this.streams.delete(stream);
    if (this.streams.size > 0) return;
    for (const timer of this.timers) clearInterval(timer);
    this.timers = [];
  }

  private beat(): void {
    for (const stream of this.streams) stream.send([HEARTBEAT]);
  }

  /** While the database is away no token can be revoked, so the streams stay. */
  private async checkTokens(): Promise<void> {
    const tokens = [...new Set([...this.streams].map(({ token }) => token))];
    try {
      const valid = await this.tokens.validAmong(tokens);
      for (const stream of this.streams) {
        if (tokens.includes(stream.token) && !mayRead(valid.get(stream.token))) stream.end();
      }
    } catch (error) {
      this.log.warn('event_stream_tokens_not_checked', { error });
    }
  }

  private frameOf(event: FeedEvent): Buffer {
    const known = this.frames.get(event);
    if (known !== undefined) return known;
    const dto = eventJson(event, this.positions);
    const frame = Buffer.from(`id: ${dto.position}\nevent: ${dto.type}\ndata: ${JSON.stringify(dto)}\n\n`);
    this.frames.set(event, frame);
    return frame;
  }
}

const mayRead = (scopes: readonly AdminScope[] | undefined): boolean =>
  scopes !== undefined && (scopes.includes('elements') || scopes.includes('admin'));
