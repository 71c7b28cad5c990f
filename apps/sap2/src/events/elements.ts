import type { AdministratorBook, SessionBook } from '@sap2/administration';
import {
  type EventFeed,
  EventTail,
  type LiveSessionQuery,
  type Positions,
  type UseTimes,
} from '@sap2/event-feed';
import type { EventLog, Measures } from '@sap2/observability';
import { pause } from '../loops/loop.js';
import { EventStreams } from './event-streams.js';
import { LiveSessionReader } from './live-session-reader.js';

interface ElementsNeeds {
  readonly feed: EventFeed;
  readonly positions: Positions;
  readonly tokens: Pick<AdministratorBook, 'validAmong'>;
  readonly sessions: Pick<SessionBook, 'page'>;
  readonly query: LiveSessionQuery;
  readonly times: UseTimes;
  readonly graceS: number;
  readonly log: EventLog;
  readonly measures: Measures;
}

/** What service elements read: events, streams of events, and live sessions. */
export class Elements {
  readonly feed: EventFeed;
  readonly positions: Positions;
  readonly streams: EventStreams;
  readonly sessions: LiveSessionReader;

  constructor(needs: ElementsNeeds) {
    const { feed, positions, log, measures } = needs;
    this.feed = feed;
    this.positions = positions;
    this.sessions = new LiveSessionReader(needs);
    const tail = new EventTail(feed, pause, (error) => log.warn('events_not_read', { error }));
    this.streams = new EventStreams(tail, positions, needs.tokens, log);
    measures.watchStreams(this.streams);
  }
}
