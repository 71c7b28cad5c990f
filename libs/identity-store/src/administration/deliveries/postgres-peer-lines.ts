import type { Actor, PeerLine, PeerLines } from '@sap2/administration';
import type { ServiceID } from '@sap2/session-core';
import type { Database, Sql } from '../../database.js';
import { makeDue } from '../../postgres-disconnect-outbox.js';
import { ColumnMap } from '../../rows/column-map.js';
import { administer } from '../administer.js';

const lines = new ColumnMap<Omit<PeerLine, 'circuit'>>({
  peer: 'text',
  pausedAtMs: 'timestamptz',
  nextTrialAtMs: 'timestamptz',
  failures: 'integer',
  lastError: 'text',
  lastErrorAtMs: 'timestamptz',
  pending: 'bigint',
  oldestPendingAtMs: 'timestamptz',
  undelivered: 'bigint',
  disconnects: 'text',
});

export class PostgresPeerLines implements PeerLines {
  constructor(private readonly database: Database) {}

  readonly stateOf: PeerLines['stateOf'] = async (peer) => {
    const [row] = await this.database.rows(STATE, [peer]);
    if (row === undefined) throw new Error('A statement that counts returned nothing.');
    const line = lines.thingOf(row);
    return { ...line, circuit: line.nextTrialAtMs === undefined ? 'closed' : 'open' };
  };

  readonly pause: PeerLines['pause'] = (actor, peer) => this.change(actor, peer, 'pause', PAUSE);

  readonly resume: PeerLines['resume'] = async (actor, peer) => {
    const outcome = await this.change(actor, peer, 'resume', RESUME);
    if (outcome === 'changed') {
      await makeDue(this.database, peer);
      await this.database.rows(`SELECT pg_notify('sap2_disconnects', '')`);
    }
    return outcome;
  };

  private change(
    actor: Actor,
    peer: ServiceID,
    verb: 'pause' | 'resume',
    statement: string,
  ): ReturnType<PeerLines['pause']> {
    return administer(this.database, actor, async ({ sql, audit }) => {
      if (!(await isKnown(sql, peer))) return 'unknown';
      const changed = await sql.rows(statement, [peer]);
      if (changed.length === 0) return 'as-before';
      const isPaused = verb === 'pause';
      audit({
        action: `deliveries.${verb}`,
        target: `agreement ${peer}`,
        before: { paused: !isPaused },
        after: { paused: isPaused },
      });
      return 'changed';
    });
  }
}

async function isKnown(sql: Sql, peer: ServiceID): Promise<boolean> {
  const found = await sql.rows('SELECT 1 FROM agreement WHERE service_id = $1', [peer]);
  return found.length > 0;
}

const PAUSE = `
  INSERT INTO peer_line AS line (peer, paused_at) VALUES ($1, now())
  ON CONFLICT (peer) DO UPDATE SET paused_at = now() WHERE line.paused_at IS NULL
  RETURNING peer`;

/** An open circuit is tried at once. */
const RESUME = `
  UPDATE peer_line SET paused_at = NULL, resumed_at = now(),
    open_until = CASE WHEN open_until IS NOT NULL THEN now() END
  WHERE peer = $1 AND paused_at IS NOT NULL RETURNING peer`;

/** One row also for a peer that never failed and is owed nothing. */
export const STATE = `
  SELECT $1 AS peer, coalesce(line.failures, 0) AS failures, line.open_until AS next_trial_at, line.last_error, line.last_error_at, line.paused_at,
    coalesce(line.disconnects, 'supported') AS disconnects,
    waiting.*
  FROM (
    SELECT count(*) FILTER (WHERE state = 'pending') AS pending,
      min(created_at) FILTER (WHERE state = 'pending') AS oldest_pending_at,
      count(*) FILTER (WHERE state = 'undelivered') AS undelivered
    FROM disconnect_outbox WHERE peer = $1 AND state IN ('pending', 'undelivered')
  ) waiting LEFT JOIN peer_line line ON line.peer = $1`;
