export const TOUCH = 'UPDATE agreement SET revision = revision + 1, updated_at = now() WHERE service_id = $1';

/** Set to exactly these. Returns whether anything changed. */
export const SET_DOMAINS = `
  WITH added AS (
    INSERT INTO agreement_domain (service_id, domain) SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING
    RETURNING domain
  ), lost AS (
    DELETE FROM agreement_domain WHERE service_id = $1 AND NOT domain = ANY ($2::text[]) RETURNING domain
  )
  SELECT domain FROM added UNION ALL SELECT domain FROM lost`;

/** Those of the domains that are served; none of them is deleted before the transaction is over. */
export const SERVED = 'SELECT name FROM domain WHERE name = ANY ($1::text[]) ORDER BY name FOR KEY SHARE';

/** A whole agreement; `which` sees it as `a`, a deleted one is not there. */
export const whole = (which: string): string => `
  SELECT a.*, ARRAY(
      SELECT m.domain FROM agreement_domain m WHERE m.service_id = a.service_id ORDER BY m.domain
    ) AS domains,
    (SELECT count(*)::integer FROM agreement_secret s WHERE s.service_id = a.service_id
      AND s.direction = 'inbound' AND (s.valid_until IS NULL OR s.valid_until > now())) AS inbound,
    (SELECT count(*)::integer FROM agreement_secret s WHERE s.service_id = a.service_id
      AND s.direction = 'outbound' AND (s.valid_until IS NULL OR s.valid_until > now())) AS outbound
  FROM agreement a WHERE a.deleted_at IS NULL AND ${which}`;

export const DELETE = `
  UPDATE agreement SET enabled = false, deleted_at = now(), revision = revision + 1, updated_at = now()
  WHERE service_id = $1`;

export const PURGE = `
  DELETE FROM agreement a WHERE a.deleted_at IS NOT NULL AND NOT EXISTS (
    SELECT FROM disconnect_outbox o WHERE o.peer = a.service_id AND o.state = 'pending'
  ) AND NOT EXISTS (
    SELECT FROM job j WHERE j.peer = a.service_id AND j.state = 'running'
  ) RETURNING service_id`;

/** Peers with live sessions whose agreement is over, and no job that ends all of them. */
export const RUN_OUT = `
  SELECT a.service_id FROM agreement a
  WHERE (a.valid_until <= now() OR NOT a.enabled)
    AND EXISTS (SELECT FROM live_session s WHERE s.peer = a.service_id)
    AND NOT EXISTS (SELECT FROM job j WHERE j.peer = a.service_id AND j.state = 'running' AND j.keeps = '{}')`;
