import type { FeedEvent } from './feed-event.js';
import type { Positions } from './positions.js';

/** northbound §1: an event as its readers and receivers see it; what is undefined is left out of the text. */
export const eventJson = (event: FeedEvent, positions: Pick<Positions, 'textOf'>) => ({
  id: event.id,
  position: positions.textOf(event.position),
  type: event.type,
  at: new Date(event.atMs).toISOString(),
  domain: event.domain,
  user: event.account,
  session: event.sessionID,
  client: event.client,
  peer: event.peer,
  data: event.data,
});
