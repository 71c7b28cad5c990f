import type { Domain } from '@sap2/session-core';
import type { EventType, FeedEvent } from './feed-event.js';

/** Which events; empty: all. */
export interface EventFilter {
  readonly types: readonly EventType[];
  /** An event without a domain matches no domain. */
  readonly domains: readonly Domain[];
}

export interface EventPageRequest extends EventFilter {
  /** Events after this position; undefined: from the oldest that is kept. */
  readonly after: bigint | undefined;
  readonly limit: number;
}

export type EventPage =
  | {
      readonly kind: 'page';
      /** In the order of positions. */
      readonly events: readonly FeedEvent[];
      /** Where the next page begins. A filter may leave a page short or empty although more events follow. */
      readonly next: bigint;
      /** Nothing follows `next` at this moment. */
      readonly isLast: boolean;
    }
  /** Events after `after` were dropped. The feed goes on after `oldest`. */
  | { readonly kind: 'gone'; readonly oldest: bigint };

/**
 * Reads committed events in the order of positions. No event ever appears before a position that a reader has seen
 * (ADR 42). Events of one session, and of one user, have the order in which they happened.
 */
export interface EventFeed {
  /** At most 1000 events. */
  page(request: EventPageRequest): Promise<EventPage>;
  /** The position of the last event that is committed now. */
  latest(): Promise<bigint>;
  /**
   * A hint that another process has seen new events. A reader also looks by itself from time to time. Returns the way to
   * stop listening.
   */
  onWake(callback: () => void): () => void;
}
