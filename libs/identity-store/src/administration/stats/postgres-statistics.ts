import type { LiveCount, SessionCounts } from '@sap2/administration';
import type { EndCause } from '@sap2/session-core';
import type { Database } from '../../database.js';
import { TALLY_LOCK } from '../../migrate.js';

/** Entries summed up in one transaction. */
const BATCH = 5_000;

export class PostgresStatistics implements SessionCounts {
  constructor(private readonly database: Database) {}

  readonly live: SessionCounts['live'] = async () => {
    const rows = await this.database.rows<Omit<LiveCount, 'sessions'> & { sessions: string }>(LIVE);
    return rows.map(({ domain, peer, sessions }) => ({ domain, peer, sessions: Number(sessions) }));
  };

  readonly days: SessionCounts['days'] = async (count) => {
    const rows = await this.database.rows<{ day: string; event: string | null; sessions: string }>(DAYS, [
      count,
    ]);
    const days = new Map<string, { day: string; logins: number; ends: Partial<Record<EndCause, number>> }>();
    for (const { day, event, sessions } of rows) {
      const one = days.get(day) ?? { day, logins: 0, ends: {} };
      if (event === 'opened') one.logins = Number(sessions);
      else if (event !== null) one.ends[event as EndCause] = Number(sessions);
      days.set(day, one);
    }
    return [...days.values()];
  };

  /** By one process at a time; another one has nothing to do then. One statement while nothing is there to sum up. */
  readonly sumUp: SessionCounts['sumUp'] = async () => {
    const [delta] = await this.database.rows<{ is_there: boolean }>(IS_DELTA_THERE);
    if (delta?.is_there !== true) return 0;
    return this.database.transaction(async (sql) => {
      const [lock] = await sql.rows<{ got: boolean }>('SELECT pg_try_advisory_xact_lock($1, $2) AS got', [
        ...TALLY_LOCK,
      ]);
      if (lock?.got !== true) return 0;
      const [row] = await sql.rows<{ count: string }>(SUM_UP, [BATCH]);
      return Number(row?.count);
    });
  };
}

/** Sessions that an entry adds to those that live. */
const ADDED = `CASE event WHEN 'opened' THEN sessions WHEN 'closed' THEN -sessions ELSE 0 END`;

const DAY_OF_ENTRY = `(at AT TIME ZONE 'UTC')::date`;

const IS_DELTA_THERE = 'SELECT EXISTS (SELECT FROM tally_delta) AS is_there';

export const LIVE = `
  SELECT domain, peer, sum(sessions) AS sessions FROM (
    SELECT domain, peer, sessions FROM live_tally
    UNION ALL
    SELECT domain, peer, ${ADDED} FROM tally_delta
  ) counted GROUP BY domain, peer HAVING sum(sessions) <> 0 ORDER BY domain, peer`;

export const DAYS = `
  WITH wanted AS (
    SELECT (now() AT TIME ZONE 'UTC')::date - back AS day FROM generate_series(0, $1::integer - 1) AS back
  ), counted AS (
    SELECT day, event, sessions FROM day_tally WHERE day >= (SELECT min(day) FROM wanted)
    UNION ALL
    SELECT ${DAY_OF_ENTRY}, event, sessions FROM tally_delta WHERE event <> 'closed'
  )
  SELECT wanted.day::text AS day, counted.event, sum(counted.sessions) AS sessions
  FROM wanted LEFT JOIN counted USING (day) GROUP BY wanted.day, counted.event ORDER BY wanted.day DESC, counted.event`;

export const SUM_UP = `
  WITH taken AS (
    DELETE FROM tally_delta WHERE id IN (
      SELECT id FROM tally_delta ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED
    ) RETURNING *
  ), live AS (
    INSERT INTO live_tally (domain, peer, sessions)
    SELECT domain, peer, sum(${ADDED}) FROM taken GROUP BY domain, peer HAVING sum(${ADDED}) <> 0
    ON CONFLICT (domain, peer) DO UPDATE SET sessions = live_tally.sessions + excluded.sessions
  ), day AS (
    INSERT INTO day_tally (day, event, domain, peer, sessions)
    SELECT ${DAY_OF_ENTRY}, event, domain, peer, sum(sessions) FROM taken WHERE event <> 'closed' GROUP BY 1, 2, 3, 4
    ON CONFLICT (day, event, domain, peer) DO UPDATE SET sessions = day_tally.sessions + excluded.sessions
  )
  SELECT count(*) FROM taken`;
