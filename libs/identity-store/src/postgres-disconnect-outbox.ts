import type { Backlog, DisconnectOutbox, DueDisconnect, ServiceID, Settlement } from '@sap2/session-core';
import type { Sql } from './database.js';
import type { DisconnectOutboxRow } from './rows/disconnect-outbox.row.js';
import { clientOf } from './rows/live-session.row.js';
import type { WakeUps } from './wake-ups.js';

export class PostgresDisconnectOutbox implements DisconnectOutbox {
  constructor(
    private readonly sql: Sql,
    private readonly wakeUps: WakeUps,
  ) {}

  async peersWithDue(limit: number): Promise<readonly ServiceID[]> {
    const rows = await this.sql.rows<Pick<DisconnectOutboxRow, 'peer'>>(PEERS_WITH_DUE, [limit]);
    return rows.map(({ peer }) => peer);
  }

  async claim(peer: ServiceID, limit: number, leaseMs: number): Promise<readonly DueDisconnect[]> {
    const rows = await this.sql.rows<DisconnectOutboxRow & { readonly age_ms: number }>(CLAIM, [
      peer,
      limit,
      leaseMs,
    ]);
    return rows.map((row) => ({
      id: row.id,
      transactionID: row.transaction_id,
      peer: row.peer,
      sessionID: row.session_id,
      userID: row.user_id,
      client: clientOf(row.client),
      cause: row.cause,
      reason: row.reason ?? undefined,
      attempts: row.attempts,
      ageMs: row.age_ms,
    }));
  }

  async settle(settlements: readonly Settlement[]): Promise<void> {
    if (settlements.length > 0) await this.sql.rows(SETTLE, [JSON.stringify(settlements)]);
  }

  async settleByTransaction(
    peer: ServiceID,
    transactionID: string,
    result: 'acknowledged' | 'unknown-there' | 'failed',
  ): Promise<boolean> {
    const settled =
      result === 'failed'
        ? await this.sql.rows(REFUSED_BY_PEER, [peer, transactionID])
        : await this.sql.rows(ANSWERED_BY_PEER, [peer, transactionID, result]);
    return settled.length > 0;
  }

  onWake(callback: () => void): Promise<() => Promise<void>> {
    const stop = this.wakeUps.on('sap2_disconnects', callback);
    return Promise.resolve(() => Promise.resolve(stop()));
  }

  async backlog(): Promise<Backlog> {
    const [row] = await this.sql.rows<{ pending: string; age_ms: number | null }>(BACKLOG);
    return { pending: Number(row?.pending), oldestAgeMs: row?.age_ms ?? 0 };
  }

  async backlogByPeer(): Promise<readonly (Backlog & { readonly peer: ServiceID })[]> {
    const rows = await this.sql.rows<{ peer: ServiceID; pending: string; age_ms: number }>(BACKLOG_BY_PEER);
    return rows.map(({ peer, pending, age_ms }) => ({ peer, pending: Number(pending), oldestAgeMs: age_ms }));
  }
}

const AGE_MS = 'floor(extract(epoch FROM now() - created_at) * 1000)::float8';

/** Steps from peer to peer along the index, so that it costs as much as there are peers, not rows. */
export const PEERS_WITH_DUE = `
  WITH RECURSIVE waiting AS (
    (SELECT peer FROM disconnect_outbox WHERE state = 'pending' ORDER BY peer LIMIT 1)
    UNION ALL
    SELECT (SELECT o.peer FROM disconnect_outbox o
            WHERE o.state = 'pending' AND o.peer > waiting.peer ORDER BY o.peer LIMIT 1)
    FROM waiting WHERE waiting.peer IS NOT NULL
  )
  SELECT peer FROM waiting
  CROSS JOIN LATERAL (
    SELECT min(o.due_at) AS due_at FROM disconnect_outbox o WHERE o.state = 'pending' AND o.peer = waiting.peer
  ) first
  WHERE first.due_at <= now() ORDER BY first.due_at, peer LIMIT $1`;

/** The lease is the new \`due_at\`. Rows that another worker is just taking are passed by, never waited for. */
export const CLAIM = `
  WITH due AS MATERIALIZED (
    SELECT id FROM disconnect_outbox
    WHERE state = 'pending' AND peer = $1 AND due_at <= now()
    ORDER BY id LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED
  ), claimed AS (
    UPDATE disconnect_outbox o SET due_at = now() + make_interval(secs => $3::float8 / 1000)
    FROM due WHERE o.id = due.id
    RETURNING o.*
  )
  SELECT *, ${AGE_MS} AS age_ms FROM claimed ORDER BY id`;

/** What is final stays as it is, whatever a worker says whose lease was over. */
export const SETTLE = `
  WITH settlement AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1) AS s (id bigint, result text, "retryInMs" float8, error text)
  ), waiting AS MATERIALIZED (
    SELECT o.id FROM disconnect_outbox o JOIN settlement USING (id)
    WHERE o.state = 'pending' ORDER BY o.id FOR NO KEY UPDATE OF o
  )
  UPDATE disconnect_outbox o SET
    state = CASE WHEN s.result IN ('failed', 'held') THEN 'pending' ELSE s.result END,
    attempts = attempts + CASE WHEN s.result IN ('failed', 'undelivered') THEN 1 ELSE 0 END,
    due_at = CASE WHEN s.result IN ('failed', 'held') THEN now() + make_interval(secs => s."retryInMs" / 1000) ELSE due_at END,
    last_error = coalesce(s.error, last_error),
    settled_at = CASE WHEN s.result IN ('failed', 'held') THEN NULL ELSE now() END
  FROM settlement s JOIN waiting USING (id) WHERE o.id = s.id`;

const ANSWERED_BY_PEER = `
  UPDATE disconnect_outbox SET state = $3, settled_at = now()
  WHERE transaction_id = $2 AND peer = $1 AND state = 'pending' RETURNING id`;

/** Due again when the worker that sent it expects no answer any more. */
const REFUSED_BY_PEER = `
  UPDATE disconnect_outbox SET attempts = attempts + 1, last_error = 'the peer answered with a failure'
  WHERE transaction_id = $2 AND peer = $1 AND state = 'pending' RETURNING id`;

/** Counted along the index; of the rows themselves only the oldest of each peer is read. */
export const BACKLOG_BY_PEER = `
  SELECT waiting.peer, pending, greatest(0, ${AGE_MS}) AS age_ms FROM (
    SELECT peer, count(*) AS pending, min(id) AS id FROM disconnect_outbox WHERE state = 'pending' GROUP BY peer
  ) waiting JOIN disconnect_outbox USING (id)`;

const BACKLOG = `
  SELECT count(*) AS pending, max(${AGE_MS}) AS age_ms FROM disconnect_outbox WHERE state = 'pending'`;
