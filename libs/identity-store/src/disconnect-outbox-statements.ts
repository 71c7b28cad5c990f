/** States: docs/architecture.md. All times come from the clock of PostgreSQL. */

const AGE_MS = 'floor(extract(epoch FROM now() - created_at) * 1000)::float8';

/** What comes after a receipt says what became of the same attempt. */
const LOG_BUT_FOR_A_RECEIPT = `CASE WHEN o.attempt_log->-1->>'outcome' = 'sent' AND NOT o.leased
  THEN o.attempt_log - -1 ELSE o.attempt_log END`;

/**
 * What an attempt leaves in the row, as `StoredAttempt`; the last ten.
 *
 * @param isEarly whether its answer came before its receipt was settled
 */
const logged = (outcome: string, error: string, isEarly = 'false'): string =>
  `jsonb_path_query_array(${LOG_BUT_FOR_A_RECEIPT} || jsonb_strip_nulls(
    jsonb_build_object('at', now(), 'outcome', ${outcome}, 'error', ${error},
      'early', CASE WHEN ${isEarly} THEN true END)), '$[last - 9 to last]')`;

/** A receipt says nothing more about an attempt whose answer is in the log already. */
const IS_ANSWERED = `(s.result = 'sent' AND o.attempt_log->-1 ? 'early')`;

/**
 * Steps from peer to peer along the index, so that it costs as much as there are peers, not rows. What waits behind an
 * open circuit is not looked at: the circuit says when the next trial is due.
 */
export const PEERS_WITH_DUE = `
  WITH RECURSIVE waiting AS (
    (SELECT peer FROM disconnect_outbox WHERE state = 'pending' ORDER BY peer LIMIT 1)
    UNION ALL
    SELECT (SELECT o.peer FROM disconnect_outbox o
            WHERE o.state = 'pending' AND o.peer > waiting.peer ORDER BY o.peer LIMIT 1)
    FROM waiting WHERE waiting.peer IS NOT NULL
  ), standing AS (
    SELECT waiting.peer, coalesce(line.failures, 0) > 0 AS is_suspect, first.due_at
    FROM waiting
    LEFT JOIN peer_line line ON line.peer = waiting.peer
    CROSS JOIN LATERAL (
      SELECT min(o.due_at) AS due_at FROM disconnect_outbox o WHERE o.state = 'pending' AND o.peer = waiting.peer
    ) first
    WHERE line.paused_at IS NULL AND coalesce(line.open_until, first.due_at) <= now()
  ), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY is_suspect ORDER BY due_at, peer) AS place FROM standing
  )
  SELECT peer, is_suspect AS "isSuspect" FROM ranked WHERE place <= $1 ORDER BY due_at, peer`;

/**
 * The lease is the new `due_at`. The statement skips rows that another worker is taking. A trial moves `open_until` to the
 * end of its lease, so that no other worker tries too.
 */
export const CLAIM = `
  WITH line AS MATERIALIZED (
    SELECT * FROM peer_line WHERE peer = $1
  ), trial AS (
    UPDATE peer_line SET open_until = now() + make_interval(secs => $3::float8 / 1000)
    WHERE peer = $1 AND paused_at IS NULL AND open_until <= now()
    RETURNING peer
  ), tried AS MATERIALIZED (
    SELECT id FROM disconnect_outbox
    WHERE state = 'pending' AND peer = $1 AND (NOT leased OR due_at <= now()) AND EXISTS (SELECT FROM trial)
    ORDER BY due_at LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
  ), due AS MATERIALIZED (
    SELECT id FROM disconnect_outbox
    WHERE state = 'pending' AND peer = $1 AND due_at <= now()
      AND NOT EXISTS (SELECT FROM line WHERE paused_at IS NOT NULL OR open_until IS NOT NULL)
    ORDER BY id LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED
  ), claimed AS (
    UPDATE disconnect_outbox o SET due_at = now() + make_interval(secs => $3::float8 / 1000), leased = true
    WHERE o.id IN (SELECT id FROM due UNION ALL SELECT id FROM tried)
    RETURNING o.*
  )
  SELECT claimed.*, coalesce(line.failures, 0) AS line_failures, coalesce(line.disconnects, 'supported') AS support,
    floor(extract(epoch FROM now() - greatest(created_at, replayed_at, resumed_at)) * 1000)::float8 AS age
  FROM claimed LEFT JOIN line ON true ORDER BY id`;

const STAYS_PENDING = `s.result IN ('failed', 'sent', 'held')`;
const IS_ATTEMPT = `s.result <> 'held' AND coalesce(s.sent, true)`;

/** What is final stays as it is, whatever a worker says whose lease was over. */
export const SETTLE = `
  WITH settlement AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1) AS s (id bigint, result text, "retryInMs" float8, error text, sent boolean)
  ), waiting AS MATERIALIZED (
    SELECT o.id FROM disconnect_outbox o JOIN settlement USING (id)
    WHERE o.state = 'pending' ORDER BY o.id FOR NO KEY UPDATE OF o
  )
  UPDATE disconnect_outbox o SET
    state = CASE WHEN ${STAYS_PENDING} THEN 'pending' WHEN s.result = 'not-supported' THEN 'undelivered' ELSE s.result END,
    not_supported = s.result = 'not-supported',
    attempts = attempts + CASE WHEN ${IS_ATTEMPT} THEN 1 ELSE 0 END,
    due_at = CASE WHEN ${STAYS_PENDING} THEN now() + make_interval(secs => s."retryInMs" / 1000) ELSE due_at END,
    leased = false,
    last_error = CASE WHEN s.result IN ('acknowledged', 'unknown-there') THEN NULL ELSE coalesce(s.error, last_error) END,
    settled_at = CASE WHEN ${STAYS_PENDING} THEN NULL ELSE now() END,
    attempt_log = CASE WHEN ${IS_ANSWERED} THEN o.attempt_log #- '{-1,early}'
      WHEN ${IS_ATTEMPT} THEN ${logged('s.result', 's.error')} ELSE o.attempt_log END
  FROM settlement s JOIN waiting USING (id) WHERE o.id = s.id`;

/**
 * The sender may not have settled its attempt yet. If this answer is final, this statement counts that attempt; otherwise
 * the sender does. A failed disconnect is due again when the time for the answer is over.
 */
export const ANSWERED_BY_PEER = `
  WITH answered AS (
    UPDATE disconnect_outbox o SET
      state = CASE $3::text WHEN 'failed' THEN 'pending' WHEN 'not-supported' THEN 'undelivered' ELSE $3 END,
      not_supported = $3 = 'not-supported',
      attempts = attempts + CASE WHEN leased AND $3 <> 'failed' THEN 1 ELSE 0 END,
      leased = leased AND $3 = 'failed',
      last_error = $4::text,
      settled_at = CASE WHEN $3 = 'failed' THEN NULL ELSE now() END,
      attempt_log = ${logged('$3::text', '$4::text', "o.leased AND $3 = 'failed'")}
    WHERE transaction_id = $2 AND peer = $1 AND state = 'pending' RETURNING peer
  ), refused AS (
    INSERT INTO peer_line AS line (peer, disconnects)
    SELECT peer, 'unsupported' FROM answered WHERE $3 = 'not-supported'
    ON CONFLICT (peer) DO UPDATE SET disconnects = 'unsupported'
  )
  SELECT coalesce(line.disconnects, 'supported') AS support FROM answered LEFT JOIN peer_line line ON line.peer = $1`;

export const SET_UNSUPPORTED = `
  INSERT INTO peer_line AS line (peer, disconnects) VALUES ($1, 'unsupported')
  ON CONFLICT (peer) DO UPDATE SET disconnects = 'unsupported'`;

export const SET_ON_TRIAL = `
  UPDATE peer_line SET disconnects = 'on-trial' WHERE peer = $1 AND disconnects = 'unsupported' RETURNING peer`;

export const SET_SUPPORTED = `
  UPDATE peer_line SET disconnects = 'supported' WHERE peer = $1 AND disconnects <> 'supported'`;

/** The newest first: it is worth most to who can hear it now. Its horizon begins anew, as with a replay. */
export const OWE_AGAIN = `
  WITH kept AS MATERIALIZED (
    SELECT id FROM disconnect_outbox WHERE peer = $1 AND state = 'undelivered' AND not_supported
    ORDER BY created_at DESC, id DESC LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED
  )
  UPDATE disconnect_outbox o SET state = 'pending', not_supported = false, attempts = 0, due_at = created_at,
    replayed_at = now(), settled_at = NULL
  FROM kept WHERE o.id = kept.id RETURNING o.id`;

export const LINE_FAILED = `
  INSERT INTO peer_line AS line (peer, failures, last_error, last_error_at, open_until)
  VALUES ($1, 1, $2, now(), now() + make_interval(secs => $3::float8 / 1000))
  ON CONFLICT (peer) DO UPDATE SET failures = line.failures + 1, last_error = excluded.last_error,
    last_error_at = now(), open_until = coalesce(excluded.open_until, line.open_until)`;

export const LINE_WORKS = `
  WITH line AS MATERIALIZED (
    SELECT peer, open_until IS NOT NULL AS was_open FROM peer_line WHERE peer = $1 FOR NO KEY UPDATE
  )
  UPDATE peer_line p SET failures = 0, open_until = NULL FROM line WHERE p.peer = line.peer
  RETURNING line.was_open`;

export const MAKE_DUE = `
  WITH waiting AS MATERIALIZED (
    SELECT id FROM disconnect_outbox
    WHERE state = 'pending' AND peer = $1 AND due_at > now() AND NOT leased
    ORDER BY id LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED
  )
  UPDATE disconnect_outbox o SET due_at = now() FROM waiting WHERE o.id = waiting.id RETURNING o.id`;

/**
 * Only behind an open circuit: whatever else is too old is tried, and given up by who tried it. So a service that was away
 * for longer than the horizon tells what it can before it gives anything up.
 */
export const GIVE_UP = `
  WITH old AS MATERIALIZED (
    SELECT o.id, line.last_error FROM disconnect_outbox o JOIN peer_line line ON line.peer = o.peer
    WHERE o.state = 'pending' AND line.open_until IS NOT NULL AND line.paused_at IS NULL
      AND NOT (o.leased AND o.due_at > now())
      AND o.created_at < now() - make_interval(secs => $1::float8 / 1000)
      AND greatest(o.created_at, o.replayed_at, line.resumed_at) < now() - make_interval(secs => $1::float8 / 1000)
    ORDER BY o.created_at, o.id LIMIT $2 FOR NO KEY UPDATE OF o SKIP LOCKED
  ), given_up AS (
    UPDATE disconnect_outbox o
    SET state = 'undelivered', settled_at = now(), last_error = coalesce(o.last_error, old.last_error)
    FROM old WHERE o.id = old.id
    RETURNING o.peer, old.last_error
  )
  SELECT peer, count(*) AS count, coalesce(min(last_error), '') AS error FROM given_up GROUP BY peer ORDER BY peer`;

/** A few rows of each state, along the index by state; `created_at` is never later than `settled_at`. */
export const FORGET = `
  WITH old AS MATERIALIZED (
    SELECT o.id FROM (VALUES
      ('none-owed', $1::float8), ('acknowledged', $1), ('unknown-there', $1), ('cancelled', $1), ('undelivered', $2::float8)
    ) AS kept (state, for_ms)
    CROSS JOIN LATERAL (
      SELECT id FROM disconnect_outbox d
      WHERE d.state = kept.state AND d.created_at < now() - make_interval(secs => kept.for_ms / 1000)
        AND d.settled_at < now() - make_interval(secs => kept.for_ms / 1000)
      ORDER BY d.created_at, d.id LIMIT $3 FOR UPDATE SKIP LOCKED
    ) o LIMIT $3
  )
  DELETE FROM disconnect_outbox o USING old WHERE o.id = old.id RETURNING o.id`;

/** Counted along the index; of the rows themselves only the oldest of each peer is read. */
export const BACKLOG_BY_PEER = `
  SELECT waiting.peer, pending, greatest(0, ${AGE_MS}) AS age_ms FROM (
    SELECT peer, count(*) AS pending, min(id) AS id FROM disconnect_outbox WHERE state = 'pending' GROUP BY peer
  ) waiting JOIN disconnect_outbox USING (id)`;

export const BACKLOG = `
  SELECT count(*) AS pending, max(${AGE_MS}) AS age_ms FROM disconnect_outbox WHERE state = 'pending'`;
