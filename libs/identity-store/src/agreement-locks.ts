import type { Sql } from './database.js';

/**
 * Keys of the advisory locks on agreements begin with this number: "SAPA" in ASCII. In
 * `session_open` a login takes the lock shared. So the logins of a large peer do not all write its one row.
 */
const LOCKS_OF_AGREEMENTS = 0x53_41_50_41;

/**
 * Waits for the logins that hold the agreement, and lets no other begin. What they opened is seen by the statements that
 * follow. Before any lock on an account: a login may wait for one while it holds the agreement.
 */
export async function lockAgreement(sql: Sql, peer: string): Promise<void> {
  await sql.rows(`SELECT pg_advisory_xact_lock(${LOCKS_OF_AGREEMENTS}, hashtext($1))`, [peer]);
}
