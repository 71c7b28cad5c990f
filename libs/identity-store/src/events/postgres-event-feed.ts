import type { EventFeed, EventPage, EventPageRequest, FeedEvent } from '@sap2/event-feed';
import type { Sql } from '../database.js';
import { ColumnMap } from '../rows/column-map.js';
import { clientOf } from '../rows/live-session.row.js';
import type { WakeUps } from '../wake-ups.js';

/** Bounds the time of one statement; a second of the largest load that was measured. */
const NUMBERED_AT_ONCE = 5_000;
/** Rows that one page looks at while it searches for what a filter wants. */
const SEARCHED_AT_ONCE = 20_000;
const MOST = 1_000;

type Stored = Omit<FeedEvent, 'position'>;

const events = new ColumnMap<Stored>({
  id: 'text',
  type: 'text',
  atMs: 'timestamptz',
  domain: 'text',
  account: 'text',
  sessionID: 'text',
  client: 'jsonb',
  peer: 'text',
  data: 'jsonb',
});

interface PageRow {
  readonly dropped: string;
  readonly last: string;
  readonly searched: string;
  readonly seen: string | null;
  readonly position: string | null;
}

export class PostgresEventFeed implements EventFeed {
  constructor(
    private readonly sql: Sql,
    private readonly wakeUps: WakeUps,
  ) {}

  readonly page: EventFeed['page'] = async (request) => {
    if (request.limit > MOST) throw new RangeError(`At most ${MOST} events a page`);
    await numberSome(this.sql);
    const isWhole = request.types.length === 0 && request.domains.length === 0;
    const most = isWhole ? request.limit : Math.max(SEARCHED_AT_ONCE, request.limit);
    const rows = await this.sql.rows<PageRow>(PAGE, [
      request.after === undefined ? null : String(request.after),
      most,
      request.types,
      request.domains,
      request.limit,
    ]);
    return pageOf(request, rows, most);
  };

  readonly latest: EventFeed['latest'] = async () => {
    await numberAll(this.sql);
    const [head] = await this.sql.rows<{ last: string }>('SELECT last FROM event_head');
    return BigInt(head?.last ?? 0);
  };

  readonly onWake: EventFeed['onWake'] = (callback) => this.wakeUps.on('sap2_events', callback);
}

/** Gives committed events their positions; not all of them at once. Returns how many. */
export async function numberSome(sql: Sql): Promise<number> {
  const [row] = await sql.rows<{ numbered: number }>('SELECT event_number($1) AS numbered', [
    NUMBERED_AT_ONCE,
  ]);
  return Number(row?.numbered);
}

/** Gives all events that are committed now their positions. */
export async function numberAll(sql: Sql): Promise<void> {
  while ((await numberSome(sql)) === NUMBERED_AT_ONCE);
}

function pageOf({ after, limit }: EventPageRequest, rows: readonly PageRow[], most: number): EventPage {
  const [head] = rows;
  if (head === undefined) throw new Error('The table "event_head" is empty: restore its one row.');
  const dropped = BigInt(head.dropped);
  if (after !== undefined && after < dropped) return { kind: 'gone', oldest: dropped };
  const found = rows.flatMap((row) => (row.position === null ? [] : eventOf(row, row.position)));
  const seen = head.seen === null ? (after ?? dropped) : BigInt(head.seen);
  const isFull = found.length === limit;
  const next = isFull ? (found.at(-1)?.position ?? seen) : seen;
  return { kind: 'page', events: found, next, isLast: !isFull && Number(head.searched) < most };
}

function eventOf(row: object, position: string): FeedEvent {
  const { client, ...event } = events.thingOf(row);
  return { ...event, client: client && clientOf(client), position: BigInt(position) };
}

/**
 * `searched` is a prefix of what follows `after`. So the search for rare events is bounded. The next page goes on after the
 * last row of this search.
 */
const PAGE = `
  WITH searched AS MATERIALIZED (
    SELECT * FROM event
    WHERE position > coalesce($1::bigint, (SELECT dropped FROM event_head))
    ORDER BY numbered_on, position LIMIT $2
  ), wanted AS (
    SELECT * FROM searched
    WHERE (cardinality($3::text[]) = 0 OR type = ANY ($3)) AND (cardinality($4::text[]) = 0 OR domain = ANY ($4))
    ORDER BY position LIMIT $5
  )
  SELECT head.dropped, head.last, (SELECT count(*) FROM searched) AS searched,
    (SELECT max(position) FROM searched) AS seen, wanted.*
  FROM event_head head LEFT JOIN wanted ON true ORDER BY wanted.position`;
