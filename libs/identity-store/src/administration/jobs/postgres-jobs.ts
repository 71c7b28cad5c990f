import type { AbortOutcome, Actor, Job, Jobs, JobStep, NewJob, SessionFilter } from '@sap2/administration';
import type { Database, Sql } from '../../database.js';
import { endSessions } from '../../ending.js';
import type { JobRow } from '../../rows/job.row.js';
import { administer, administered } from '../administer.js';
import { Conditions } from '../conditions.js';
import { rememberCreation } from '../creations.js';
import { sessionsMatching } from '../sessions/session-statements.js';

/** Sessions that end in one transaction: short enough that logins of the same users hardly wait. */
const BATCH = 500;

/** Sorts after every job. */
const AFTER_ALL = String(Number.MAX_SAFE_INTEGER);

export class PostgresJobs implements Jobs {
  constructor(private readonly database: Database) {}

  create(actor: Actor, { filter, reason, ratePerSecond }: NewJob): Promise<Job> {
    return this.database.longTransaction((sql) =>
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
  }

  async page(before: string | undefined, limit: number): Promise<readonly Job[]> {
    const rows = await this.database.rows<JobRow>(
      'SELECT * FROM job WHERE id < $1 ORDER BY id DESC LIMIT $2',
      [before ?? AFTER_ALL, limit],
    );
    return rows.map(jobOf);
  }

  async find(id: string): Promise<Job | undefined> {
    const [row] = await this.database.rows<JobRow>('SELECT * FROM job WHERE id = $1', [id]);
    return row && jobOf(row);
  }

  abort(actor: Actor, id: string): Promise<AbortOutcome> {
    return administer(this.database, actor, async ({ sql, audit }) => {
      const [aborted] = await sql.rows<JobRow>(
        `UPDATE job SET state = 'aborted', finished_at = now() WHERE id = $1 AND state = 'running' RETURNING *`,
        [id],
      );
      if (aborted !== undefined) {
        const { done, total } = aborted;
        audit({ action: 'job.abort', target: `job ${id}`, after: { done, total } });
        return { kind: 'aborted', job: jobOf(aborted) };
      }
      const [row] = await sql.rows<JobRow>('SELECT * FROM job WHERE id = $1', [id]);
      return row === undefined ? { kind: 'unknown' } : { kind: 'finished-before', job: jobOf(row) };
    });
  }

  /** Costs one statement while nothing is due, and a transaction only when something is. */
  async step(): Promise<JobStep> {
    const [next] = await this.database.rows<{ in_ms: number | null }>(NEXT_DUE);
    const nextInMs = next?.in_ms ?? undefined;
    if (nextInMs === undefined || nextInMs > 0) return { kind: 'nothing-due', nextInMs };
    return this.work();
  }

  private work(): Promise<JobStep> {
    return this.database.transaction(async (sql) => {
      const [job] = await sql.rows<JobRow>(NEXT_JOB);
      if (job === undefined) return dropLeftovers(sql);
      const most = Math.min(BATCH, job.rate_per_second ?? BATCH);
      const rows = await sql.rows<{ session_id: string }>(NEXT_SESSIONS, [job.id, most]);
      if (rows.length === 0) {
        const [finished] = await sql.rows<JobRow>(FINISH, [job.id]);
        return { kind: 'finished', job: jobOf(finished ?? job) };
      }
      const ids = rows.map(({ session_id: id }) => id);
      const ended = await endSessions(sql, ['ids', ids], 'administrator', job.reason ?? undefined);
      await sql.rows('DELETE FROM job_session WHERE job = $1 AND session_id = ANY($2)', [job.id, ids]);
      const pauseS = job.rate_per_second === null ? 0 : ids.length / job.rate_per_second;
      await sql.rows(PROGRESS, [job.id, ended.length, ids.length - ended.length, pauseS]);
      return { kind: 'worked', ended };
    });
  }
}

/** What aborted jobs left over. Where nothing is left, another process works on the job that is due. */
async function dropLeftovers(sql: Sql): Promise<JobStep> {
  const dropped = await sql.rows(DROP_LEFTOVERS, [BATCH]);
  return dropped.length > 0 ? { kind: 'worked', ended: [] } : { kind: 'nothing-due', nextInMs: undefined };
}

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

const NEXT_SESSIONS = 'SELECT session_id FROM job_session WHERE job = $1 ORDER BY session_id LIMIT $2';

const FINISH = `UPDATE job SET state = 'done', finished_at = now() WHERE id = $1 RETURNING *`;

const PROGRESS = `
  UPDATE job SET done = done + $2, already_ended = already_ended + $3, due_at = now() + make_interval(secs => $4)
  WHERE id = $1`;

const DROP_LEFTOVERS = `
  DELETE FROM job_session WHERE (job, session_id) IN (
    SELECT left_over.job, left_over.session_id FROM job
    CROSS JOIN LATERAL (SELECT * FROM job_session WHERE job_session.job = job.id LIMIT $1) left_over
    WHERE job.state = 'aborted' AND job.finished_at > now() - interval '1 day'
    LIMIT $1
  ) RETURNING 1`;

function jobOf(row: JobRow): Job {
  return {
    id: row.id,
    filter: row.filter,
    reason: row.reason ?? undefined,
    ratePerSecond: row.rate_per_second ?? undefined,
    state: row.state,
    total: row.total,
    done: row.done,
    alreadyEnded: row.already_ended,
    createdBy: row.created_by,
    createdAtMs: row.created_at.getTime(),
    finishedAtMs: row.finished_at?.getTime(),
  };
}
