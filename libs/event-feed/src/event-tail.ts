import type { EventFeed, EventFilter, EventPage } from './event-feed.port.js';
import type { FeedEvent } from './feed-event.js';

const PAGE = 1_000;
/** Readers that come back within the last events need no look at the database. */
const REMEMBERED = 10_000;
/** Pauses between two looks: after events, and at most. A wake-up ends a pause. */
const SHORTEST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1_000;

/** Where a reader gets its events. */
export interface TailReader extends EventFilter {
  /** `oldest`: from the first event that is kept. `latest`: from the present end. */
  readonly after: bigint | 'oldest' | 'latest';
  /** Called before the first events, perhaps more than once. */
  readonly begin: () => void;
  /** Older events, which the reader takes at its own speed. */
  readonly catchUp: (events: readonly FeedEvent[]) => Promise<void>;
  /** New events. The feed does not wait for a slow reader. */
  readonly follow: (events: readonly FeedEvent[]) => void;
  /** The reader leaves. */
  readonly signal: AbortSignal;
}

interface Follower {
  readonly reader: TailReader;
  /** It has all events up to here. */
  readonly position: bigint;
}

export type Joined =
  { readonly kind: 'joined' | 'left' } | { readonly kind: 'gone'; readonly oldest: bigint };

/**
 * One look at the feed for all readers of a process. It looks only while it has readers. A reader first catches up with
 * pages of its own, until the events in memory continue at its position.
 */
export class EventTail {
  private readonly followers = new Map<TailReader, Follower>();
  private readonly pages = new Map<string, Promise<EventPage>>();
  private readers = 0;
  private running: { readonly started: Promise<void>; readonly stop: AbortController } | undefined;
  /** `recent` has all events after `since`, up to `position`. */
  private recent: readonly FeedEvent[] = [];
  private since = 0n;
  private position = 0n;

  /** @param pause resolves after so many milliseconds, or when the signal aborts */
  constructor(
    private readonly feed: EventFeed,
    private readonly pause: (ms: number, signal: AbortSignal) => Promise<void>,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  /** Resolves when the reader follows the feed, or left. It then follows until its signal aborts. */
  async join(reader: TailReader): Promise<Joined> {
    if (reader.signal.aborted) return { kind: 'left' };
    this.readers += 1;
    reader.signal.addEventListener('abort', () => this.leave(reader), { once: true });
    await this.start();
    let position = reader.after === 'latest' ? this.position : reader.after;
    while (position === 'oldest' || position < this.since) {
      const page = await this.page(reader, position === 'oldest' ? undefined : position);
      if (reader.signal.aborted) return { kind: 'left' };
      if (page.kind === 'gone') return page;
      reader.begin();
      await reader.catchUp(page.events);
      position = page.next;
    }
    if (reader.signal.aborted) return { kind: 'left' };
    reader.begin();
    const follower = { reader, position };
    this.followers.set(reader, follower);
    give(follower, this.recent);
    return { kind: 'joined' };
  }

  private leave(reader: TailReader): void {
    this.followers.delete(reader);
    this.readers -= 1;
    if (this.readers > 0) return;
    this.running?.stop.abort();
    this.running = undefined;
  }

  /** Many readers that come back together ask for the same page. */
  private page({ types, domains }: TailReader, after: bigint | undefined): Promise<EventPage> {
    const key = JSON.stringify([String(after), types, domains]);
    const known = this.pages.get(key);
    if (known !== undefined) return known;
    const page = this.feed.page({ types, domains, after, limit: PAGE });
    this.pages.set(key, page);
    const forget = (): void => void this.pages.delete(key);
    page.then(forget, forget);
    return page;
  }

  /** @throws what the feed throws */
  private start(): Promise<void> {
    if (this.running !== undefined) return this.running.started;
    const stop = new AbortController();
    const started = this.feed.latest().then((position) => {
      if (stop.signal.aborted) return;
      this.position = position;
      this.since = position;
      this.recent = [];
      void this.run(stop.signal);
    });
    const running = { started, stop };
    this.running = running;
    started.catch(() => {
      if (this.running === running) this.running = undefined;
    });
    return started;
  }

  private async run(stopped: AbortSignal): Promise<void> {
    let pauseMs = SHORTEST_PAUSE_MS;
    let woken = new AbortController();
    const stopListening = this.feed.onWake(() => woken.abort());
    while (!stopped.aborted) {
      woken = new AbortController();
      const found = await this.look(stopped).catch((error: unknown) => {
        this.onFailure(error);
        return 'nothing' as const;
      });
      pauseMs = found === 'nothing' ? Math.min(2 * pauseMs, LONGEST_PAUSE_MS) : SHORTEST_PAUSE_MS;
      if (found !== 'more') await this.pause(pauseMs, AbortSignal.any([stopped, woken.signal]));
    }
    stopListening();
  }

  private async look(stopped: AbortSignal): Promise<'nothing' | 'some' | 'more'> {
    const after = this.position;
    const page = await this.feed.page({ types: [], domains: [], after, limit: PAGE });
    if (stopped.aborted) return 'nothing';
    if (page.kind === 'gone') throw new Error('Events were dropped before the process read them.');
    this.position = page.next;
    if (page.events.length === 0) return 'nothing';
    this.remember(page.events);
    for (const follower of this.followers.values()) give(follower, page.events);
    return page.isLast ? 'some' : 'more';
  }

  private remember(events: readonly FeedEvent[]): void {
    const all = [...this.recent, ...events];
    const forgotten = all.length - REMEMBERED;
    // Not at each look: a copy of all events would cost more than the look.
    if (forgotten < PAGE) {
      this.recent = all;
      return;
    }
    this.since = all[forgotten - 1]?.position ?? this.since;
    this.recent = all.slice(forgotten);
  }
}

/** A reader may have read pages further than the process. */
function give({ reader, position }: Follower, events: readonly FeedEvent[]): void {
  const { types, domains } = reader;
  const wanted = events.filter(
    (event) =>
      event.position > position &&
      (types.length === 0 || types.includes(event.type)) &&
      (domains.length === 0 || (event.domain !== undefined && domains.includes(event.domain))),
  );
  if (wanted.length > 0) reader.follow(wanted);
}
