/** Columns that an administrator settles, in the order of `columnsOf`, with their types. */
const COLUMNS = {
  own_service_id: 'text',
  enabled: 'boolean',
  callback_url: 'text',
  answer_mode: 'text',
  digest_schemas: 'text[]',
  namespace: 'text',
  allow_password_over_http: 'boolean',
  services: 'text[]',
  required_transport: 'text',
  client_certificates: 'text[]',
  source_addresses: 'text[]',
  allow_unprotected: 'boolean',
  session_life: 'text',
  requests_per_second: 'integer',
  logins_per_second: 'integer',
  in_flight: 'integer',
  ssp_sessions: 'integer',
  unfinished_setups: 'integer',
  valid_from: 'timestamptz',
  valid_until: 'timestamptz',
} as const;

const names = Object.keys(COLUMNS).join(', ');
/** $1 is the service id. */
const values = Object.values(COLUMNS)
  .map((type, index) => `$${index + 2}::${type}`)
  .join(', ');

export const INSERT = `INSERT INTO agreement (service_id, ${names}) VALUES ($1, ${values})`;

/** Returns nothing where nothing would be different. */
export const UPDATE = `
  UPDATE agreement SET (${names}) = ROW (${values}), revision = revision + 1, updated_at = now()
  WHERE service_id = $1 AND ROW (${names}) IS DISTINCT FROM ROW (${values}) RETURNING service_id`;

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

export const NOT_SERVED = `
  SELECT wanted FROM unnest($1::text[]) AS wanted WHERE NOT EXISTS (SELECT FROM domain d WHERE d.name = wanted)`;

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
  ) RETURNING service_id`;

/** Peers with live sessions whose agreement has run out. */
export const RUN_OUT = `
  SELECT a.service_id FROM agreement a
  WHERE a.valid_until <= now() AND EXISTS (SELECT FROM live_session s WHERE s.peer = a.service_id)`;
