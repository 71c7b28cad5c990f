import type { Actor } from '@sap2/administration';
import { administer } from './administration/administer.js';
import type { Database, Sql } from './database.js';
import { numberAll } from './events/postgres-event-feed.js';
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

/**
 * Makes the days of the events that come, and drops those before `daysKept`. First it numbers what is not numbered yet, so
 * that events grow old also where no reader asks for them. Returns how many days are gone.
 */
export async function keepEventDays(
  database: Database,
  { daysAhead, daysKept }: { readonly daysAhead: number; readonly daysKept: number },
): Promise<number> {
  await numberAll(database);
  await database.rows('SELECT event_ensure_partitions($1)', [daysAhead]);
  return drop(database, 'events', daysKept);
}

const UNIT = { history: 'monthsKept', audit: 'monthsKept', events: 'daysKept' } as const;

function drop(database: Database, what: keyof typeof UNIT, kept: number): Promise<number> {
  return administer(database, RETENTION, async ({ sql, audit }) => {
    if (!(await isOurTurn(sql))) return 0;
    // Before the table, as everybody who appends does: the other way round two would wait for each other.
    if (what === 'audit') await sql.rows('SELECT pg_advisory_xact_lock($1, $2)', [...AUDIT_LOCK]);
    const [row] = await sql.rows<{ dropped: number }>(DROP[what], [kept]);
    const dropped = Number(row?.dropped);
    if (dropped > 0)
      audit({ action: 'retention.drop', target: what, after: { dropped, [UNIT[what]]: kept } });
    return dropped;
  });
}

const DROP: Readonly<Record<keyof typeof UNIT, string>> = {
  events: 'SELECT event_drop_partitions($1) AS dropped',
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
