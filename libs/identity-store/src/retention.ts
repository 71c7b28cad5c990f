import type { Actor } from '@sap2/administration';
import { administer } from './administration/administer.js';
import type { Database, Sql } from './database.js';
import { AUDIT_LOCK, RETENTION_LOCK } from './migrate.js';

/** Whole months before the present one. */
export interface KeptMonths {
  readonly history: number;
  readonly audit: number;
}

const RETENTION: Actor = { name: 'retention', from: 'local', requestID: 'retention' };

/**
 * A drop waits for the users of the table, and all later statements wait behind the drop. After this time it gives up and
 * tries again, so no logout waits longer.
 */
const LONGEST_WAIT = `SET LOCAL lock_timeout = '1s'`;

export async function ensurePartitions(database: Database, monthsAhead: number): Promise<number> {
  const [row] = await database.rows<{ made: number }>(
    'SELECT session_history_ensure_partitions($1) AS made',
    [monthsAhead],
  );
  return Number(row?.made);
}

/** Returns how many partitions of each are gone. One transaction for each: ends of sessions do not wait for what the audit waits for. */
export async function dropPartitions(database: Database, keep: KeptMonths): Promise<KeptMonths> {
  return {
    history: await drop(database, 'history', keep.history),
    audit: await drop(database, 'audit', keep.audit),
  };
}

function drop(database: Database, what: keyof KeptMonths, months: number): Promise<number> {
  return administer(database, RETENTION, async ({ sql, audit }) => {
    if (!(await isOurTurn(sql))) return 0;
    // Before the table, as everybody who appends does: the other way round two would wait for each other.
    if (what === 'audit') await sql.rows('SELECT pg_advisory_xact_lock($1, $2)', [...AUDIT_LOCK]);
    const [row] = await sql.rows<{ dropped: number }>(DROP[what], [months]);
    const dropped = Number(row?.dropped);
    if (dropped > 0)
      audit({ action: 'retention.drop', target: what, after: { dropped, monthsKept: months } });
    return dropped;
  });
}

const DROP: Readonly<Record<keyof KeptMonths, string>> = {
  history: 'SELECT session_history_drop_partitions($1) AS dropped',
  audit: 'SELECT audit_drop_partitions($1) AS dropped',
};

async function isOurTurn(sql: Sql): Promise<boolean> {
  await sql.rows(LONGEST_WAIT);
  const [turn] = await sql.rows<{ taken: boolean }>('SELECT pg_try_advisory_xact_lock($1, $2) AS taken', [
    ...RETENTION_LOCK,
  ]);
  return turn?.taken === true;
}
