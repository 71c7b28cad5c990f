import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Text that is compared or paged is `COLLATE "C"`. Its order is the same on every system and in every process. It
 * is also faster than the rules of a language.
 */
const DIRECTORY = [
  `CREATE TABLE domain (
    name text COLLATE "C" NOT NULL,
    sp_name text,
    sp_description text,
    sp_url text,
    sp_logo_content_type text,
    sp_logo text,
    services text[],
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT domain_pkey PRIMARY KEY (name),
    CONSTRAINT domain_sp_info_named
      CHECK (sp_name IS NOT NULL OR num_nonnulls(sp_description, sp_url, sp_logo_content_type, sp_logo) = 0)
  )`,
  `CREATE TABLE agreement (
    service_id text COLLATE "C" NOT NULL,
    own_service_id text COLLATE "C" NOT NULL,
    enabled boolean NOT NULL DEFAULT true,
    shared_secrets text[] NOT NULL,
    callback_url text,
    answer_mode text NOT NULL,
    digest_schemas text[] NOT NULL,
    namespace text NOT NULL,
    allow_password_over_http boolean NOT NULL DEFAULT false,
    services text[],
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT agreement_pkey PRIMARY KEY (service_id),
    CONSTRAINT agreement_answer_mode_known CHECK (answer_mode IN ('inline', 'callback')),
    CONSTRAINT agreement_digest_schemas_known CHECK (digest_schemas <@ ARRAY['HMAC-SHA-256', 'MD5'])
  )`,
  `CREATE TABLE agreement_domain (
    service_id text COLLATE "C" NOT NULL,
    domain text COLLATE "C" NOT NULL,
    CONSTRAINT agreement_domain_pkey PRIMARY KEY (service_id, domain),
    CONSTRAINT agreement_domain_agreement FOREIGN KEY (service_id) REFERENCES agreement (service_id) ON DELETE CASCADE,
    CONSTRAINT agreement_domain_domain FOREIGN KEY (domain) REFERENCES domain (name)
  )`,
  `CREATE TABLE administrator (
    name text COLLATE "C" NOT NULL,
    token_hash text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz,
    CONSTRAINT administrator_pkey PRIMARY KEY (name),
    CONSTRAINT administrator_token_hash_key UNIQUE (token_hash)
  )`,
];

/** The length of an account's name is bounded because an index entry has to hold it. */
const ACCOUNT = `CREATE TABLE account (
    id text COLLATE "C" NOT NULL,
    domain text COLLATE "C" NOT NULL,
    suspended boolean NOT NULL DEFAULT false,
    suspended_reason text,
    version integer NOT NULL DEFAULT 1,
    password_hash text NOT NULL,
    recoverable_secret text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT account_pkey PRIMARY KEY (id),
    CONSTRAINT account_id_bounded CHECK (char_length(id) <= 300),
    CONSTRAINT account_domain FOREIGN KEY (domain) REFERENCES domain (name)
  )`;

/**
 * The foreign key keeps an account while it has live sessions. So a deletion must end them in the same transaction.
 * There is no foreign key to the agreement, because every login of a large peer would lock its one row.
 *
 * `client_key` is a digest, since a ClientID can be longer than an index entry. Shards have no column: an id begins
 * with its own, so a shard is a range of the primary key. The fill factor leaves room for updates within the page.
 */
const LIVE_SESSION = [
  `CREATE TABLE live_session (
    id text COLLATE "C" NOT NULL,
    account text COLLATE "C" NOT NULL,
    domain text COLLATE "C" NOT NULL,
    user_id text NOT NULL,
    client jsonb NOT NULL,
    client_key text COLLATE "C" NOT NULL,
    peer text COLLATE "C" NOT NULL,
    keep_alive_time_s integer NOT NULL,
    csp_version text NOT NULL,
    sap_epoch text,
    session_cookie text,
    capability_list text,
    agreed_services text[] NOT NULL,
    origin_transaction_id text COLLATE "C" NOT NULL,
    started_at timestamptz NOT NULL,
    opened_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT live_session_pkey PRIMARY KEY (id),
    CONSTRAINT live_session_one_per_client UNIQUE (account, client_key),
    CONSTRAINT live_session_account FOREIGN KEY (account) REFERENCES account (id)
  ) WITH (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02)`,
  'CREATE INDEX live_session_by_peer ON live_session (peer, id)',
  'CREATE INDEX live_session_by_opening ON live_session (opened_at)',
];

const SESSION_HISTORY = [
  `CREATE TABLE session_history (
    session_id text COLLATE "C" NOT NULL,
    account text COLLATE "C" NOT NULL,
    domain text COLLATE "C" NOT NULL,
    user_id text NOT NULL,
    client jsonb NOT NULL,
    peer text COLLATE "C" NOT NULL,
    csp_version text NOT NULL,
    sap_epoch text,
    started_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL DEFAULT now(),
    cause text NOT NULL,
    reason text,
    CONSTRAINT session_history_pkey PRIMARY KEY (session_id, ended_at)
  ) PARTITION BY RANGE (ended_at)`,
  'CREATE INDEX session_history_by_end ON session_history (ended_at, session_id)',
  'CREATE TABLE session_history_default PARTITION OF session_history DEFAULT',
  // Rows that the default partition caught meanwhile move to their month, or the month could not be attached.
  `CREATE FUNCTION session_history_ensure_partitions(months_ahead integer) RETURNS integer LANGUAGE plpgsql AS $body$
    DECLARE
      first_month CONSTANT timestamp := date_trunc('month', now() AT TIME ZONE 'UTC');
      since timestamptz;
      until timestamptz;
      partition_name text;
      made integer := 0;
    BEGIN
      PERFORM pg_advisory_xact_lock(hashtext('session_history_ensure_partitions'));
      FOR ahead IN 0..months_ahead LOOP
        partition_name := 'session_history_' || to_char(first_month + make_interval(months => ahead), 'YYYY_MM');
        CONTINUE WHEN to_regclass(partition_name) IS NOT NULL;
        since := (first_month + make_interval(months => ahead)) AT TIME ZONE 'UTC';
        until := (first_month + make_interval(months => ahead + 1)) AT TIME ZONE 'UTC';
        LOCK TABLE session_history_default IN ACCESS EXCLUSIVE MODE;
        EXECUTE format('CREATE TABLE %I (LIKE session_history INCLUDING DEFAULTS)', partition_name);
        EXECUTE format('WITH moved AS (
            DELETE FROM session_history_default WHERE ended_at >= %L AND ended_at < %L RETURNING *
          ) INSERT INTO %I SELECT * FROM moved', since, until, partition_name);
        EXECUTE format('ALTER TABLE session_history ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
          partition_name, since, until);
        made := made + 1;
      END LOOP;
      RETURN made;
    END $body$`,
  'SELECT session_history_ensure_partitions(3)',
];

/**
 * `due_at`: no process takes the row before it. A claim moves it to the end of the lease, a failure to the end of
 * the back-off. So one column serves both, and rows of a crashed worker become due again.
 */
const DISCONNECT_OUTBOX = [
  `CREATE TABLE disconnect_outbox (
    id bigint GENERATED ALWAYS AS IDENTITY,
    transaction_id text COLLATE "C" NOT NULL,
    peer text COLLATE "C" NOT NULL,
    session_id text COLLATE "C" NOT NULL,
    user_id text NOT NULL,
    client jsonb NOT NULL,
    cause text NOT NULL,
    reason text,
    state text NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL DEFAULT now(),
    last_error text,
    created_at timestamptz NOT NULL DEFAULT now(),
    settled_at timestamptz,
    CONSTRAINT disconnect_outbox_pkey PRIMARY KEY (id),
    CONSTRAINT disconnect_outbox_transaction_id_key UNIQUE (transaction_id),
    CONSTRAINT disconnect_outbox_state_known
      CHECK (state IN ('pending', 'none-owed', 'acknowledged', 'unknown-there', 'undelivered'))
  ) WITH (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02)`,
  `CREATE INDEX disconnect_outbox_due ON disconnect_outbox (peer, due_at) WHERE state = 'pending'`,
  `CREATE INDEX disconnect_outbox_oldest ON disconnect_outbox (peer, id) WHERE state = 'pending'`,
];

/** A wake-up belongs to the row that causes it, so no writer can forget it. PostgreSQL sends one for each transaction. */
const WAKE_UPS = [
  `CREATE FUNCTION sap2_notify() RETURNS trigger LANGUAGE plpgsql AS $body$
    BEGIN
      PERFORM pg_notify(TG_ARGV[0], '');
      RETURN NULL;
    END $body$`,
  `CREATE TRIGGER disconnect_outbox_wakes AFTER INSERT ON disconnect_outbox
    FOR EACH ROW WHEN (NEW.state = 'pending') EXECUTE FUNCTION sap2_notify('sap2_disconnects')`,
  ...['domain', 'agreement', 'agreement_domain'].map(
    (table) => `CREATE TRIGGER ${table}_wakes AFTER INSERT OR UPDATE OR DELETE ON ${table}
      FOR EACH ROW EXECUTE FUNCTION sap2_notify('sap2_directory')`,
  ),
];

const STATEMENTS = [
  ...DIRECTORY,
  ACCOUNT,
  ...LIVE_SESSION,
  ...SESSION_HISTORY,
  ...DISCONNECT_OUTBOX,
  ...WAKE_UPS,
];

export class FirstTables1795402392533 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(
      new Error('Migrations only go forward: what must not be lost lies in these tables.'),
    );
  }
}
