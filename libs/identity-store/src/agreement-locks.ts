import type { Sql } from './database.js';

/** Keys of the advisory locks on agreements begin with this number: "SAPA" in ASCII. */
const LOCKS_OF_AGREEMENTS = 0x53_41_50_41;

/**
 * Protects the agreement with a peer from its end until the transaction ends. It never waits: false while another
 * transaction ends the agreement. The lock is in shared memory. Otherwise every login of a large peer would write one row.
 *
 * @param peer SQL
 */
export const holdAgreement = (peer: string): string =>
  `pg_try_advisory_xact_lock_shared(${LOCKS_OF_AGREEMENTS}, hashtext(${peer}))`;

/**
 * Waits for the logins that hold the agreement, and lets no other begin. What they opened is seen by the statements that
 * follow. Before any lock on an account: a login may wait for one while it holds the agreement.
 */
export async function lockAgreement(sql: Sql, peer: string): Promise<void> {
  await sql.rows(`SELECT pg_advisory_xact_lock(${LOCKS_OF_AGREEMENTS}, hashtext($1))`, [peer]);
}

/** Whether an agreement `a` is in force now, as SQL. */
export const IN_FORCE = `(a.enabled
  AND (a.valid_from IS NULL OR a.valid_from <= clock_timestamp())
  AND (a.valid_until IS NULL OR a.valid_until > clock_timestamp()))`;
