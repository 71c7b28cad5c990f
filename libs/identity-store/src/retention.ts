import type { Actor } from '@sap2/administration';
import { administer } from './administration/administer.js';
import type { Database, Sql } from './database.js';
import { AUDIT_LOCK, RETENTION_LOCK } from './migrate.js';

/** Whole months before the present one. */
export interface KeptMonths {
  readonly history: number;
  readonly audit: number;
}

/** Partitions that are gone. */
export interface DroppedMonths {
  readonly history: number;
  readonly audit: number;
}

const RETENTION: Actor = { name: 'retention', from: 'local', requestID: 'retention' };

/**
 * A drop waits for the users of the table, and all later statements wait behind the drop. After this time it gives up and
 * tries again, so no logout waits longer.
 */
const LONGEST_WAIT = `SET LOCAL lock_timeout = '1s'`;

/** One transaction for each: ends of sessions do not wait for what the audit waits for. */
export async function dropPartitions(database: Database, keep: KeptMonths): Promise<DroppedMonths> {
  return { history: await dropHistory(database, keep.history), audit: await dropAudit(database, keep.audit) };
}

const dropHistory = (database: Database, months: number): Promise<number> =>
  administer(database, RETENTION, async ({ sql, audit }) => {
    if (!(await isOurTurn(sql))) return 0;
    const dropped = await droppedBy(sql, 'SELECT session_history_drop_partitions($1) AS dropped', months);
    if (dropped > 0)
      audit({ action: 'retention.drop', target: 'history', after: { dropped, monthsKept: months } });
    return dropped;
  });

const dropAudit = (database: Database, months: number): Promise<number> =>
  administer(database, RETENTION, async ({ sql, audit }) => {
    if (!(await isOurTurn(sql))) return 0;
    // Before the table, as everybody who appends does: the other way round two would wait for each other.
    await sql.rows('SELECT pg_advisory_xact_lock($1, $2)', [...AUDIT_LOCK]);
    const dropped = await droppedBy(sql, 'SELECT audit_drop_partitions($1) AS dropped', months);
    if (dropped > 0)
      audit({ action: 'retention.drop', target: 'audit', after: { dropped, monthsKept: months } });
    return dropped;
  });

async function isOurTurn(sql: Sql): Promise<boolean> {
  await sql.rows(LONGEST_WAIT);
  const [turn] = await sql.rows<{ taken: boolean }>('SELECT pg_try_advisory_xact_lock($1, $2) AS taken', [
    ...RETENTION_LOCK,
  ]);
  return turn?.taken === true;
}

async function droppedBy(sql: Sql, statement: string, months: number): Promise<number> {
  const [row] = await sql.rows<{ dropped: number }>(statement, [months]);
  return Number(row?.dropped);
}
