import type { MigrationInterface, QueryRunner } from 'typeorm';

const ZEROS = '0'.repeat(64);

/** Who did what to what, from where. Every entry has the hash of the one before it; `audit_end` says where the chain begins and ends. */
const TABLES = [
  `CREATE TABLE audit_entry (
    seq bigint NOT NULL,
    at timestamptz NOT NULL,
    actor text COLLATE "C" NOT NULL,
    from_address text NOT NULL,
    request_id text COLLATE "C" NOT NULL,
    action text COLLATE "C" NOT NULL,
    target text COLLATE "C" NOT NULL,
    before jsonb,
    after jsonb,
    previous_hash text COLLATE "C" NOT NULL,
    hash text COLLATE "C" NOT NULL,
    CONSTRAINT audit_entry_pkey PRIMARY KEY (seq, at)
  ) PARTITION BY RANGE (at)`,
  'CREATE INDEX audit_entry_by_actor ON audit_entry (actor, seq)',
  'CREATE INDEX audit_entry_by_action ON audit_entry (action, seq)',
  'CREATE INDEX audit_entry_by_target ON audit_entry (target, seq)',
  `CREATE TABLE audit_end (
    which text COLLATE "C" NOT NULL,
    seq bigint NOT NULL,
    at timestamptz NOT NULL,
    hash text COLLATE "C" NOT NULL,
    CONSTRAINT audit_end_pkey PRIMARY KEY (which),
    CONSTRAINT audit_end_known CHECK (which IN ('anchor', 'head'))
  )`,
  `INSERT INTO audit_end (which, seq, at, hash)
    VALUES ('anchor', 0, '-infinity', '${ZEROS}'), ('head', 0, '-infinity', '${ZEROS}')`,
];

/**
 * Functions run as the owner of the tables. A separate application role has only INSERT and SELECT on the entries
 * and SELECT on the ends. It can do no more than these functions.
 */
const FUNCTIONS = [
  `CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $body$
    BEGIN
      RAISE EXCEPTION 'the audit trail is only ever appended to' USING ERRCODE = 'insufficient_privilege';
    END $body$`,
  // What is appended must go on where the head is; then the head is its last entry.
  `CREATE FUNCTION audit_extend() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $body$
    BEGIN
      IF EXISTS (
        SELECT FROM (
          SELECT seq, previous_hash, lag(seq) OVER w AS seq_before, lag(hash) OVER w AS hash_before
          FROM appended WINDOW w AS (ORDER BY seq)
        ) link, audit_end head
        WHERE head.which = 'head' AND (link.seq, link.previous_hash) IS DISTINCT FROM
          (coalesce(seq_before, head.seq) + 1, coalesce(hash_before, head.hash))
      ) THEN
        RAISE EXCEPTION 'an audit entry does not go on where the trail ends' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      UPDATE audit_end SET (seq, at, hash) = (last.seq, last.at, last.hash)
      FROM (SELECT seq, at, hash FROM appended ORDER BY seq DESC LIMIT 1) last WHERE which = 'head';
      RETURN NULL;
    END $body$`,
  // Entries come in the order of their times, so a past month is a whole piece of the chain. There is no
  // default partition, because no role may move rows out of it. An append creates the present month if needed.
  `CREATE FUNCTION audit_ensure_partitions(months_ahead integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER AS $body$
    DECLARE
      first_month CONSTANT timestamp := date_trunc('month', now() AT TIME ZONE 'UTC');
      partition_name text;
      made integer := 0;
    BEGIN
      FOR ahead IN 0..months_ahead LOOP
        partition_name := 'audit_entry_' || to_char(first_month + make_interval(months => ahead), 'YYYY_MM');
        CONTINUE WHEN to_regclass(partition_name) IS NOT NULL;
        PERFORM pg_advisory_xact_lock(hashtext('audit_ensure_partitions'));
        CONTINUE WHEN to_regclass(partition_name) IS NOT NULL;
        EXECUTE format('CREATE TABLE %I PARTITION OF audit_entry FOR VALUES FROM (%L) TO (%L)', partition_name,
          (first_month + make_interval(months => ahead)) AT TIME ZONE 'UTC',
          (first_month + make_interval(months => ahead + 1)) AT TIME ZONE 'UTC');
        EXECUTE format('CREATE TRIGGER audit_entry_stays_whole BEFORE TRUNCATE ON %I EXECUTE FUNCTION audit_refuse()',
          partition_name);
        made := made + 1;
      END LOOP;
      RETURN made;
    END $body$`,
  // The last entry that goes becomes the anchor, which the first one that stays must follow.
  `CREATE FUNCTION audit_drop_partitions(months_kept integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER AS $body$
    DECLARE
      first_kept CONSTANT text := 'audit_entry_' || to_char(
        date_trunc('month', now() AT TIME ZONE 'UTC') - make_interval(months => months_kept), 'YYYY_MM');
      partition_name text;
      dropped integer := 0;
    BEGIN
      IF months_kept < 1 THEN RAISE EXCEPTION 'at least one whole month of the audit trail is kept'; END IF;
      PERFORM pg_advisory_xact_lock(hashtext('audit_ensure_partitions'));
      FOR partition_name IN
        SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
        WHERE inhparent = 'audit_entry'::regclass AND relname < first_kept ORDER BY relname
      LOOP
        EXECUTE format('UPDATE audit_end SET (seq, at, hash) = (last.seq, last.at, last.hash)
          FROM (SELECT seq, at, hash FROM %I ORDER BY seq DESC LIMIT 1) last WHERE which = ''anchor''', partition_name);
        EXECUTE format('DROP TABLE %I', partition_name);
        dropped := dropped + 1;
      END LOOP;
      RETURN dropped;
    END $body$`,
  // A caller's temporary tables must not stand in for ours.
  `DO $body$
    DECLARE
      signature text;
    BEGIN
      FOREACH signature IN ARRAY ARRAY['audit_extend()', 'audit_ensure_partitions(integer)', 'audit_drop_partitions(integer)']
      LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', signature, current_schema());
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', signature);
      END LOOP;
    END $body$`,
];

const TRIGGERS = [
  `CREATE TRIGGER audit_entry_stays BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_refuse()`,
  `CREATE TRIGGER audit_entry_stays_whole BEFORE TRUNCATE ON audit_entry EXECUTE FUNCTION audit_refuse()`,
  `CREATE TRIGGER audit_entry_extends AFTER INSERT ON audit_entry
    REFERENCING NEW TABLE AS appended EXECUTE FUNCTION audit_extend()`,
  'SELECT audit_ensure_partitions(3)',
];

export class AuditTrail1795744320000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...TABLES, ...FUNCTIONS, ...TRIGGERS]) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(
      new Error('Migrations only go forward: what must not be lost lies in these tables.'),
    );
  }
}
