import type { Job, JobBook, JobStep, SessionFilter } from '@sap2/administration';
import {
  type Domain,
  type EndedSession,
  Ending,
  type ServiceID,
  type UserSessionID,
} from '@sap2/session-core';
import type { Database, Sql } from '../../database.js';
import { endSessions, endsOf } from '../../ending.js';
import { ColumnMap } from '../../rows/column-map.js';
import { administer, administered } from '../administer.js';
import { Conditions } from '../conditions.js';
import { rememberCreation } from '../creations.js';
import { sessionsMatching } from '../sessions/session-statements.js';

/** Sessions that end in one transaction: short enough that logins of the same users hardly wait. */
const BATCH = 500;

/** Many times what the live store takes for a batch. After so long another process tells it again. */
const CONFIRMED_WITHIN_S = 10;

/** About what a step takes. */
const LOCKED_ELSEWHERE_MS = 100;

/** Sorts after every job. */
const AFTER_ALL = String(Number.MAX_SAFE_INTEGER);

export class PostgresJobs implements JobBook {
  constructor(private readonly database: Database) {}

  readonly create: JobBook['create'] = (actor, { filter, reason, ratePerSecond }) =>
    this.database.longTransaction((sql) =>
      administered(sql, actor, async ({ audit }) => {
        const [created] = await sql.rows<{ id: string }>(INSERT_JOB, [
          JSON.stringify(filter),
          reason ?? null,
          ratePerSecond ?? null,
          actor.name,
        ]);
        const id = String(created?.id);
        const [row] = await takeSessions(sql, id, filter);
        if (row === undefined) throw new Error('The job that was just made is not there.');
        await rememberCreation(sql, actor, id);
        const particulars = { ...filter, ratePerSecond: ratePerSecond ?? null, reason: reason ?? null };
        audit({ action: 'sessions.end', target: `job ${id}`, after: { ...particulars, total: row.total } });
        return jobOf(row);
      }),
    );

  readonly page: JobBook['page'] = async (before, limit) => {
    const rows = await this.database.rows<JobRow>(
      'SELECT * FROM job WHERE id < $1 ORDER BY id DESC LIMIT $2',
      [before ?? AFTER_ALL, limit],
    );
    return rows.map(jobOf);
  };

  readonly find: JobBook['find'] = async (id) => {
    const [row] = await this.database.rows<JobRow>('SELECT * FROM job WHERE id = $1', [id]);
    return row && jobOf(row);
  };

  readonly abort: JobBook['abort'] = (actor, id) =>
    administer(this.database, actor, async ({ sql, audit }) => {
      const [aborted] = await sql.rows<JobRow>(
        `UPDATE job SET state = 'aborted', finished_at = now() WHERE id = $1 AND state = 'running' AND peer IS NULL RETURNING *`,
        [id],
      );
      if (aborted !== undefined) {
        const { done, total } = aborted;
        audit({ action: 'job.abort', target: `job ${id}`, after: { done, total } });
        return { kind: 'aborted', job: jobOf(aborted) };
      }
      const [row] = await sql.rows<JobRow>('SELECT * FROM job WHERE id = $1', [id]);
      if (row === undefined) return { kind: 'unknown' };
      return { kind: row.state === 'running' ? 'not-abortable' : 'finished-before', job: jobOf(row) };
    });

  /** Costs one statement while nothing is due, and a transaction only when something is. */
  readonly step: JobBook['step'] = async () => {
    const [next] = await this.database.rows<{ in_ms: number | null }>(NEXT_DUE);
    const nextInMs = next?.in_ms ?? undefined;
    if (nextInMs === undefined || nextInMs > 0)
      return Ending.nothing<JobStep>({ kind: 'nothing-due', nextInMs });
    return this.work();
  };

  readonly backlog: JobBook['backlog'] = async () => {
    const [row] = await this.database.rows<{ running: number; lag_ms: number }>(BACKLOG);
    return { running: row?.running ?? 0, lagMs: row?.lag_ms ?? 0 };
  };

  private work(): Promise<Ending<JobStep>> {
    return this.database.transaction(async (sql) => {
      const [job] = await sql.rows<JobRow>(NEXT_JOB);
      if (job === undefined) return Ending.nothing(await dropLeftovers(sql));
      if (job.batch !== null) return again(sql, job, job.batch);
      const ids = await nextSessions(sql, job, Math.min(BATCH, job.rate_per_second ?? BATCH));
      if (ids.length === 0) {
        const shutOut = job.peer === null ? undefined : { peer: job.peer, job: job.id };
        return Ending.nothing<JobStep>({ kind: 'over', job: job.id, shutOut });
      }
      const cause = job.peer === null ? 'administrator' : 'agreement-ended';
      const ended = await endSessions(sql, ['ids', ids], cause, {
        reason: job.reason ?? undefined,
        by: job.created_by,
      });
      const alreadyEnded = await endsOf(sql, without(ids, ended));
      await sql.rows(PROGRESS, [job.id, ended.length, alreadyEnded.length, ids, CONFIRMED_WITHIN_S]);
      const step: JobStep = { kind: 'worked', job: job.id, batch: ids };
      return new Ending(step, { ended, endedBefore: alreadyEnded });
    });
  }

  readonly confirm: JobBook['confirm'] = async (id, batch) => {
    await this.database.rows(CONFIRM, [id, batch]);
  };

  readonly finish: JobBook['finish'] = async (id) => {
    const [row] = await this.database.rows<JobRow>(FINISH, [id]);
    if (row === undefined) throw new Error(`Job ${id} is not there.`);
    return jobOf(row);
  };
}

/** What aborted jobs left over. Where nothing is left, the job that is due is locked: another process does its step. */
async function dropLeftovers(sql: Sql): Promise<JobStep> {
  const dropped = await sql.rows(DROP_LEFTOVERS, [BATCH]);
  return dropped.length > 0 ? { kind: 'tidied' } : { kind: 'nothing-due', nextInMs: LOCKED_ELSEWHERE_MS };
}

/** Repeats the ends of a batch that its process did not confirm. */
async function again(sql: Sql, job: JobRow, batch: readonly UserSessionID[]): Promise<Ending<JobStep>> {
  await sql.rows(LEASE, [job.id, CONFIRMED_WITHIN_S]);
  const endedBefore = await endsOf(sql, batch);
  return new Ending({ kind: 'worked', job: job.id, batch }, { ended: [], endedBefore });
}

async function nextSessions(sql: Sql, job: JobRow, most: number): Promise<readonly UserSessionID[]> {
  const rows =
    job.peer === null
      ? await sql.rows<{ id: UserSessionID }>(TAKE_SESSIONS, [job.id, most])
      : await sql.rows<{ id: UserSessionID }>(SESSIONS_OF_PEER, [
          job.peer,
          job.keeps,
          job.last_id ?? '',
          most,
        ]);
  return rows.map(({ id }) => id);
}

const without = (ids: readonly UserSessionID[], ended: readonly EndedSession[]): readonly UserSessionID[] => {
  const known = new Set(ended.map(({ id }) => id));
  return ids.filter((id) => !known.has(id));
};

/** The job's sessions, as they are at this moment: one statement, one snapshot. */
async function takeSessions(sql: Sql, id: string, filter: SessionFilter): Promise<JobRow[]> {
  const conditions = new Conditions();
  const job = conditions.value(id);
  const matching = sessionsMatching(filter, conditions);
  return sql.rows<JobRow>(
    `WITH taken AS (
       INSERT INTO job_session (job, session_id)
       SELECT ${job}::bigint, s.id FROM live_session s WHERE ${matching.sql} RETURNING 1
     )
     UPDATE job SET total = (SELECT count(*) FROM taken) WHERE id = ${job}::bigint RETURNING *`,
    conditions.parameters,
  );
}

const INSERT_JOB = `
  INSERT INTO job (filter, reason, rate_per_second, created_by, total) VALUES ($1, $2, $3, $4, 0) RETURNING id`;

const NEXT_JOB = `
  SELECT * FROM job WHERE state = 'running' AND due_at <= now() ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED`;

/** NULL where no job runs and nothing is left over. `greatest` ignores a NULL, so it stands around each row, not around `min`. */
const NEXT_DUE = `
  SELECT min(in_ms) AS in_ms FROM (
    SELECT greatest(0, extract(epoch FROM due_at - now()) * 1000)::float8 AS in_ms FROM job WHERE state = 'running'
    UNION ALL
    SELECT 0 WHERE EXISTS (
      SELECT FROM job JOIN job_session ON job_session.job = job.id
      WHERE job.state = 'aborted' AND job.finished_at > now() - interval '1 day'
    )
  ) AS due`;

const BACKLOG = `
  SELECT count(*)::integer AS running,
    coalesce(max(greatest(0, extract(epoch FROM now() - due_at) * 1000)), 0)::float8 AS lag_ms
  FROM job WHERE state = 'running'`;

const TAKE_SESSIONS = `
  WITH next AS (SELECT session_id FROM job_session WHERE job = $1 ORDER BY session_id LIMIT $2), taken AS (
    DELETE FROM job_session USING next WHERE job = $1 AND job_session.session_id = next.session_id
  )
  SELECT session_id AS id FROM next ORDER BY session_id`;

const SESSIONS_OF_PEER = `
  SELECT id FROM live_session WHERE peer = $1 AND NOT domain = ANY ($2) AND id > $3 ORDER BY id LIMIT $4`;

/** What a job of an agreement did not meet any more, something else had ended. */
const FINISH = `
  UPDATE job SET state = 'done', finished_at = coalesce(finished_at, now()),
    already_ended = CASE WHEN peer IS NULL THEN already_ended ELSE greatest(total - done, 0) END
  WHERE id = $1 RETURNING *`;

const PROGRESS = `
  UPDATE job SET done = done + $2, already_ended = already_ended + $3, batch = $4,
    due_at = now() + make_interval(secs => $5)
  WHERE id = $1`;

const LEASE = 'UPDATE job SET due_at = now() + make_interval(secs => $2) WHERE id = $1';

/** Only the batch that is confirmed: another process may be at the next one by now. */
const CONFIRM = `
  UPDATE job SET batch = NULL, last_id = ($2::text[])[cardinality($2::text[])],
    due_at = now() + make_interval(secs => coalesce(cardinality($2::text[])::float8 / rate_per_second, 0))
  WHERE id = $1 AND batch = $2`;

const DROP_LEFTOVERS = `
  DELETE FROM job_session WHERE (job, session_id) IN (
    SELECT left_over.job, left_over.session_id FROM job
    CROSS JOIN LATERAL (SELECT * FROM job_session WHERE job_session.job = job.id LIMIT $1) left_over
    WHERE job.state = 'aborted' AND job.finished_at > now() - interval '1 day'
    LIMIT $1
  ) RETURNING 1`;

/** A row of a job, for those who work on it. */
export interface JobRow {
  readonly id: string;
  readonly reason: string | null;
  readonly created_by: string;
  readonly rate_per_second: number | null;
  readonly state: Job['state'];
  readonly total: number;
  readonly done: number;
  /** Of a job that ends the sessions of an agreement: whose they are. */
  readonly peer: ServiceID | null;
  /** Sessions of these domains live on. */
  readonly keeps: readonly Domain[] | null;
  /** The last session that it came to, in the order of ids. */
  readonly last_id: UserSessionID | null;
  /** Ended by the last step, while the live store may not know it. */
  readonly batch: readonly UserSessionID[] | null;
}

const jobs = new ColumnMap<Omit<Job, 'kind'>>({
  id: 'text',
  filter: 'jsonb',
  reason: 'text',
  ratePerSecond: 'integer',
  state: 'text',
  total: 'integer',
  done: 'integer',
  alreadyEnded: 'integer',
  createdBy: 'text',
  createdAtMs: 'timestamptz',
  finishedAtMs: 'timestamptz',
});

export const jobOf = (row: JobRow): Job => ({
  kind: row.peer === null ? 'end-sessions' : 'end-agreement',
  ...jobs.thingOf(row),
});
