/** $1 claim, $2 seconds, $3 and $4 how many. Those that were served longest ago come first. */
export const CLAIM = `
  WITH due AS MATERIALIZED (
    SELECT s.id, s.failures > 0 AS is_suspect, s.served_at FROM subscription s
    WHERE s.enabled AND s.due_at <= now() AND (s.claimed_until IS NULL OR s.claimed_until <= now())
      AND (s.cursor < (SELECT last FROM event_head) OR EXISTS (
        SELECT FROM webhook_delivery d WHERE d.subscription_id = s.id AND d.state = 'pending'))
    FOR UPDATE OF s SKIP LOCKED
  ), placed AS (
    SELECT id, is_suspect, row_number() OVER (PARTITION BY is_suspect ORDER BY served_at NULLS FIRST, id) AS place FROM due
  )
  UPDATE subscription s SET claimed_by = $1, claimed_until = now() + make_interval(secs => $2), served_at = now()
  FROM placed p WHERE s.id = p.id AND p.place <= CASE WHEN p.is_suspect THEN $4::integer ELSE $3::integer END
  RETURNING s.id, s.url, s.batch, s.format, s.types, s.domains, s.cursor, s.failures, s.failing_since, s.revision, s.secret,
    CASE WHEN s.previous_until > now() THEN s.previous_secret END AS previous,
    EXISTS (SELECT FROM webhook_delivery d WHERE d.subscription_id = s.id AND d.state = 'pending') AS has_pending`;

export const PENDING = `
  SELECT first_position, last_position, events, event_at, webhook_id FROM webhook_delivery
  WHERE subscription_id = $1 AND state = 'pending' ORDER BY first_position LIMIT 1`;

/**
 * $1 id, $2 claim, $3 seconds, $4 cursor, $5 kind of the news, $6 error, $7 seconds, $8 records. Returns the revision, and no
 * row if the claim is over. A subscription that was disabled has another revision.
 */
export const RECORD = `
  WITH ours AS (
    UPDATE subscription SET
      cursor = $4, claimed_until = now() + make_interval(secs => $3),
      failures = CASE $5 WHEN 'worked' THEN 0 WHEN 'failed' THEN failures + 1 ELSE failures END,
      failing_since = CASE $5 WHEN 'worked' THEN NULL WHEN 'failed' THEN coalesce(failing_since, now()) ELSE failing_since END,
      due_at = CASE $5 WHEN 'failed' THEN now() + make_interval(secs => $7) ELSE due_at END,
      last_error = CASE WHEN $5 IN ('failed', 'gone') THEN $6 ELSE last_error END,
      last_error_at = CASE WHEN $5 IN ('failed', 'gone') THEN now() ELSE last_error_at END,
      missed_at = CASE WHEN $5 = 'missed' THEN now() ELSE missed_at END,
      enabled = enabled AND $5 <> 'gone',
      disabled_because = CASE WHEN $5 = 'gone' THEN 'gone' ELSE disabled_because END,
      revision = revision + CASE WHEN $5 = 'gone' THEN 1 ELSE 0 END
    WHERE id = $1 AND claimed_by = $2 RETURNING id, revision
  ), stored AS (
    INSERT INTO webhook_delivery AS d (subscription_id, state, webhook_id, first_position, last_position, events, event_at,
      attempts, last_status, last_error, last_attempt_at, settled_at)
    SELECT ours.id, r.state, r.webhook_id, r.first_position, r.last_position, r.events, r.event_at,
      r.is_attempt::integer, r.status, r.error, CASE WHEN r.is_attempt THEN now() END,
      CASE WHEN r.state <> 'pending' THEN now() END
    FROM ours, jsonb_to_recordset($8::jsonb) AS r (state text, webhook_id text, first_position bigint, last_position bigint,
      events integer, event_at timestamptz, is_attempt boolean, status integer, error text)
    ON CONFLICT (subscription_id, first_position, last_position) DO UPDATE SET
      state = excluded.state, webhook_id = excluded.webhook_id, attempts = d.attempts + excluded.attempts,
      last_status = CASE WHEN excluded.attempts > 0 THEN excluded.last_status ELSE d.last_status END,
      last_error = CASE WHEN excluded.attempts > 0 THEN excluded.last_error ELSE d.last_error END,
      last_attempt_at = coalesce(excluded.last_attempt_at, d.last_attempt_at), settled_at = excluded.settled_at
  )
  SELECT revision FROM ours`;

export const RELEASE = `
  UPDATE subscription SET claimed_by = NULL, claimed_until = NULL WHERE id = $1 AND claimed_by = $2`;

/** The records of messages that are settled: the last thousand of each subscription stay, and what can be replayed. */
export const PRUNE = `
  WITH kept AS MATERIALIZED (
    SELECT s.id, (
      SELECT d.id FROM webhook_delivery d WHERE d.subscription_id = s.id ORDER BY d.id DESC OFFSET 1000 LIMIT 1
    ) AS edge, (SELECT dropped FROM event_head) AS dropped
    FROM subscription s
  )
  DELETE FROM webhook_delivery d USING kept
  WHERE d.subscription_id = kept.id AND d.id <= kept.edge AND (
    d.state IN ('delivered', 'skipped') OR d.state = 'undelivered' AND d.last_position <= kept.dropped)`;

/** The first event after the cursor counts, although a filter may not want it. The cursor passes such an event soon. */
export const BACKLOGS = `
  SELECT s.id::text AS id, coalesce(extract(epoch FROM clock_timestamp() - coalesce(
    (SELECT d.event_at FROM webhook_delivery d
      WHERE d.subscription_id = s.id AND d.state = 'pending' ORDER BY d.first_position LIMIT 1),
    (SELECT e.at FROM event e WHERE e.position > s.cursor ORDER BY e.numbered_on, e.position LIMIT 1)
  )) * 1000, 0)::float8 AS age_ms
  FROM subscription s WHERE s.enabled ORDER BY s.id`;
