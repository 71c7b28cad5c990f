import type { AgreementEnd, Job } from '@sap2/administration';
import { type Domain, Ending, type EndedSession, type ServiceID, type ShutOut } from '@sap2/session-core';
import { lockAgreement } from '../../agreement-locks.js';
import type { Sql } from '../../database.js';
import { endSessions } from '../../ending.js';
import { jobOf, type JobRow } from '../jobs/postgres-jobs.js';

/** What ends, for whom, and how much of it at once. */
export interface EndOrder {
  readonly peer: ServiceID;
  /** Sessions of these domains live on. */
  readonly keeps: readonly Domain[];
  readonly by: string;
  /** More sessions than so many end by a job. */
  readonly atOnce: number;
}

/**
 * Ends the sessions that an agreement allows no more. Later logins obey the new row
 * already. It waits for earlier logins and finds their sessions. If there are many, a job ends them in short transactions.
 */
export async function endOutside(
  sql: Sql,
  { peer, keeps, by, atOnce }: EndOrder,
): Promise<Ending<AgreementEnd>> {
  await lockAgreement(sql, peer);
  const [counted] = await sql.rows<{ count: number }>(COUNT_OUTSIDE, [peer, keeps]);
  const total = counted?.count ?? 0;
  if (total <= atOnce) {
    const ended = await endSessions(sql, ['peerOutsideDomains', peer, keeps], 'agreement-ended', { by });
    return new Ending({ ended: ended.length, job: undefined }, { ended });
  }
  const [row] = await sql.rows<JobRow>(INSERT_JOB, [JSON.stringify({ peer }), by, total, peer, keeps]);
  if (row === undefined) throw new Error('The job that was just made is not there.');
  return endedBy(row);
}

/** What a repeated act finds: a job in progress, or ends that the live store may lack. */
export async function endUnderWay(sql: Sql, peer: ServiceID, atOnce: number): Promise<Ending<AgreementEnd>> {
  const [row] = await sql.rows<JobRow>(RUNNING, [peer]);
  if (row !== undefined) return endedBy(row);
  const endedBefore = await sql.rows<EndedSession>(ENDED_LATELY, [peer, atOnce]);
  return new Ending({ ended: 0, job: undefined }, { ended: [], endedBefore });
}

const endedBy = (row: JobRow): Ending<AgreementEnd> =>
  new Ending({ ended: 0, job: jobOf(row) }, { ended: [], shutOut: shutOutOf(row) });

const shutOutOf = ({ id, peer, keeps }: JobRow): ShutOut | undefined =>
  peer === null ? undefined : { job: id, peer, keeps: keeps ?? [] };

/** The job that still ends sessions which an agreement for these domains would allow again. */
export async function endingAny(
  sql: Sql,
  peer: ServiceID,
  domains: readonly Domain[],
): Promise<Job | undefined> {
  const [row] = await sql.rows<JobRow>(ENDING_ANY, [peer, domains]);
  return row && jobOf(row);
}

/** For a live store that lost its content. */
export async function runningShutOuts(sql: Sql): Promise<readonly ShutOut[]> {
  const rows = await sql.rows<JobRow>(
    `SELECT * FROM job WHERE state = 'running' AND peer IS NOT NULL ORDER BY id`,
  );
  return rows.flatMap((row) => shutOutOf(row) ?? []);
}

const COUNT_OUTSIDE = `
  SELECT count(*)::integer AS count FROM live_session s WHERE s.peer = $1 AND NOT s.domain = ANY($2::text[])`;

const INSERT_JOB = `
  INSERT INTO job (filter, created_by, total, peer, keeps) VALUES ($1, $2, $3, $4, $5) RETURNING *`;

const RUNNING = `SELECT * FROM job WHERE state = 'running' AND peer = $1 ORDER BY id DESC LIMIT 1`;

const ENDING_ANY = `
  SELECT * FROM job WHERE state = 'running' AND peer = $1 AND NOT $2::text[] <@ keeps ORDER BY id DESC LIMIT 1`;

const ENDED_LATELY = `
  SELECT session_id AS id, peer, cause FROM session_history
  WHERE peer = $1 AND cause = 'agreement-ended' AND ended_at > now() - interval '2 hours'
  ORDER BY ended_at DESC, session_id DESC LIMIT $2`;
