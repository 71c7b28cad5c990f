import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An administrator's list is in the order of `started_at, id`, and each filter brings its own way along that order. */
const LISTS = [
  'CREATE INDEX live_session_by_start ON live_session (started_at, id)',
  'CREATE INDEX live_session_of_peer ON live_session (peer, started_at, id)',
  'CREATE INDEX live_session_of_domain ON live_session (domain, started_at, id)',
  `CREATE INDEX live_session_of_node ON live_session (substring(sap_epoch from '^(.+):[^:]+$'), started_at, id)
    WHERE substring(sap_epoch from '^(.+):[^:]+$') IS NOT NULL`,
  // A ClientID has one form, rarely two. So a session is in one of these indexes, rarely in two.
  ...['url', 'msisdn', 'text', 'applicationID'].map(
    (form) => `CREATE INDEX live_session_of_client_${form.toLowerCase()}
      ON live_session ((client ->> '${form}'), started_at, id) WHERE client ->> '${form}' IS NOT NULL`,
  ),
  'CREATE INDEX session_history_of_account ON session_history (account, ended_at, session_id)',
  'CREATE INDEX session_history_of_peer ON session_history (peer, ended_at, session_id)',
  'CREATE INDEX session_history_of_domain ON session_history (domain, ended_at, session_id)',
  'CREATE INDEX session_history_of_cause ON session_history (cause, ended_at, session_id)',
];

/** `job_session`: what is still to be ended, as it was when the job was made. `due_at`: the next step, no sooner. */
const JOBS = [
  `CREATE TABLE job (
    id bigint GENERATED ALWAYS AS IDENTITY,
    filter jsonb NOT NULL,
    reason text,
    rate_per_second integer,
    state text NOT NULL DEFAULT 'running',
    total integer NOT NULL,
    done integer NOT NULL DEFAULT 0,
    already_ended integer NOT NULL DEFAULT 0,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    due_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    CONSTRAINT job_pkey PRIMARY KEY (id),
    CONSTRAINT job_state_known CHECK (state IN ('running', 'done', 'aborted'))
  )`,
  `CREATE INDEX job_running ON job (due_at) WHERE state = 'running'`,
  `CREATE TABLE job_session (
    job bigint NOT NULL,
    session_id text COLLATE "C" NOT NULL,
    CONSTRAINT job_session_pkey PRIMARY KEY (job, session_id),
    CONSTRAINT job_session_job FOREIGN KEY (job) REFERENCES job (id) ON DELETE CASCADE
  ) WITH (autovacuum_vacuum_scale_factor = 0.02)`,
];

/**
 * Counts of live, opened and ended sessions, kept up to date. A count of a million rows would be slow each time. A
 * transaction only adds its own rows, so transactions never wait for each other. A loop sums the rows up, and a
 * reader adds the rest.
 */
const TALLY = [
  `CREATE TABLE tally_delta (
    id bigint GENERATED ALWAYS AS IDENTITY,
    event text NOT NULL,
    domain text COLLATE "C" NOT NULL,
    peer text COLLATE "C" NOT NULL,
    sessions integer NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT tally_delta_pkey PRIMARY KEY (id)
  ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000)`,
  `CREATE TABLE live_tally (
    domain text COLLATE "C" NOT NULL,
    peer text COLLATE "C" NOT NULL,
    sessions bigint NOT NULL,
    CONSTRAINT live_tally_pkey PRIMARY KEY (domain, peer)
  ) WITH (fillfactor = 50)`,
  `CREATE TABLE day_tally (
    day date NOT NULL,
    event text COLLATE "C" NOT NULL,
    domain text COLLATE "C" NOT NULL,
    peer text COLLATE "C" NOT NULL,
    sessions bigint NOT NULL,
    CONSTRAINT day_tally_pkey PRIMARY KEY (day, event, domain, peer)
  ) WITH (fillfactor = 50)`,
  `CREATE FUNCTION sap2_tally() RETURNS trigger LANGUAGE plpgsql AS $body$
    BEGIN
      INSERT INTO tally_delta (event, domain, peer, sessions)
      SELECT TG_ARGV[0], domain, peer, count(*) FROM changed GROUP BY domain, peer;
      RETURN NULL;
    END $body$`,
  `CREATE FUNCTION sap2_tally_ends() RETURNS trigger LANGUAGE plpgsql AS $body$
    BEGIN
      INSERT INTO tally_delta (event, domain, peer, sessions)
      SELECT cause, domain, peer, count(*) FROM changed GROUP BY cause, domain, peer;
      RETURN NULL;
    END $body$`,
  `CREATE TRIGGER live_session_opened AFTER INSERT ON live_session REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION sap2_tally('opened')`,
  `CREATE TRIGGER live_session_closed AFTER DELETE ON live_session REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION sap2_tally('closed')`,
  `CREATE TRIGGER session_history_ended AFTER INSERT ON session_history REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION sap2_tally_ends()`,
  // The triggers keep everybody from writing until this is committed: nothing is counted twice or missed.
  `INSERT INTO live_tally (domain, peer, sessions) SELECT domain, peer, count(*) FROM live_session GROUP BY domain, peer`,
];

export class SessionsAtSize1795754501000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...LISTS, ...JOBS, ...TALLY]) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(
      new Error('Migrations only go forward: what must not be lost lies in these tables.'),
    );
  }
}
