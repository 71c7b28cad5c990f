type Columns = Readonly<Record<string, string>>;

const list = (columns: Columns, prefix = ''): string =>
  Object.keys(columns)
    .map((name) => `${prefix}${name}`)
    .join(', ');

const recordset = (columns: Columns): string =>
  `jsonb_to_recordset($1) AS wanted (${Object.entries(columns)
    .map((column) => column.join(' '))
    .join(', ')})`;

/** Writes rows ($1, a JSON list) that are new or different, and returns the keys of these: an equal row is not touched. */
const upsert = (table: string, key: string, columns: Columns): string => `
  INSERT INTO ${table} (${key}, ${list(columns)})
  SELECT ${key}, ${list(columns)} FROM ${recordset({ [key]: 'text', ...columns })} ORDER BY ${key}
  ON CONFLICT (${key}) DO UPDATE SET (${list(columns)}) = ROW (${list(columns, 'excluded.')}), updated_at = now()
  WHERE ROW (${list(columns, `${table}.`)}) IS DISTINCT FROM ROW (${list(columns, 'excluded.')})
  RETURNING ${key} AS key`;

export const DOMAIN_UPSERT = upsert('domain', 'name', {
  sp_name: 'text',
  sp_description: 'text',
  sp_url: 'text',
  sp_logo_content_type: 'text',
  sp_logo: 'text',
  services: 'text[]',
});

export const AGREEMENT_UPSERT = upsert('agreement', 'service_id', {
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
  deleted_at: 'timestamptz',
});

export const ADMINISTRATOR_UPSERT = upsert('administrator', 'name', {
  token_hash: 'text',
  scopes: 'text[]',
  expires_at: 'timestamptz',
});

/** Returns the agreements that lost a domain. */
export const AGREEMENT_DOMAINS = `
  WITH entry AS MATERIALIZED (
    SELECT * FROM ${recordset({ service_id: 'text', domains: 'text[]' })}
  ), added AS (
    INSERT INTO agreement_domain (service_id, domain)
    SELECT entry.service_id, domain FROM entry, unnest(entry.domains) AS domain
    ON CONFLICT DO NOTHING
  ), lost AS (
    DELETE FROM agreement_domain m USING entry
    WHERE m.service_id = entry.service_id AND NOT m.domain = ANY (entry.domains)
    RETURNING m.service_id
  )
  SELECT DISTINCT service_id AS key FROM lost`;

/** Given only rows with a new password; so each that was there gets a new version. */
export const ACCOUNT_UPSERT = `
  INSERT INTO account (id, domain, password_hash, recoverable_secret)
  SELECT id, domain, password_hash, recoverable_secret
  FROM ${recordset({ id: 'text', domain: 'text', password_hash: 'text', recoverable_secret: 'text' })} ORDER BY id
  ON CONFLICT (id) DO UPDATE SET
    password_hash = excluded.password_hash,
    recoverable_secret = excluded.recoverable_secret,
    version = account.version + 1,
    updated_at = now()`;
