import { createHash } from 'node:crypto';
import { eventJson, type FeedEvent, type Positions } from '@sap2/event-feed';
import type { MessageRange } from './ports/subscription-lines.port.js';

/**
 * The id of the event, or for a batch a hash of the ids of its events. So the same id always means the same content, also
 * after the filter of a subscription was changed.
 */
const webhookIDOf = (events: readonly FeedEvent[], first: FeedEvent, batch: number): string =>
  batch === 1 && events.length === 1
    ? first.id
    : `batch_${createHash('sha256')
        .update(events.map(({ id }) => id).join())
        .digest('hex')
        .slice(0, 32)}`;

/** Undefined: no events. */
export function rangeOf(events: readonly FeedEvent[], batch: number): MessageRange | undefined {
  const [first] = events;
  const last = events.at(-1);
  if (first === undefined || last === undefined) return undefined;
  return {
    first: first.position,
    last: last.position,
    count: events.length,
    atMs: first.atMs,
    webhookID: webhookIDOf(events, first, batch),
  };
}

/** northbound §3: one event, or for a batch an object with `items`. */
export function bodyOf(
  events: readonly FeedEvent[],
  batch: number,
  positions: Pick<Positions, 'textOf'>,
): Uint8Array {
  const items = events.map((event) => eventJson(event, positions));
  return Buffer.from(JSON.stringify(batch === 1 && items.length === 1 ? items[0] : { items }));
}

/** In messages of at most `batch` events. */
export const messagesOf = (events: readonly FeedEvent[], batch: number): readonly (readonly FeedEvent[])[] =>
  Array.from({ length: Math.ceil(events.length / batch) }, (_, index) =>
    events.slice(index * batch, (index + 1) * batch),
  );
