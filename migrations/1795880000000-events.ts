import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A transaction writes its events to `event_inbox`. `event_number` moves committed events to `event` and gives each a
 * position. So a later commit always gets a later position.
 *
 * `seq` is drawn while the writer holds the lock of the session or user. So events of one session have the right order.
 */
const TABLES = [
  `CREATE TABLE event_inbox (
    seq bigint GENERATED ALWAYS AS IDENTITY,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    type text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    domain text COLLATE "C",
    account text COLLATE "C",
    session_id text COLLATE "C",
    client jsonb,
    peer text COLLATE "C",
    data jsonb NOT NULL DEFAULT '{}',
    CONSTRAINT event_inbox_pkey PRIMARY KEY (seq)
  ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000)`,
  `CREATE TABLE event (
    position bigint NOT NULL,
    numbered_on date NOT NULL,
    id uuid NOT NULL,
    type text NOT NULL,
    at timestamptz NOT NULL,
    domain text COLLATE "C",
    account text COLLATE "C",
    session_id text COLLATE "C",
    client jsonb,
    peer text COLLATE "C",
    data jsonb NOT NULL,
    CONSTRAINT event_pkey PRIMARY KEY (numbered_on, position)
  ) PARTITION BY RANGE (numbered_on)`,
  'CREATE TABLE event_default PARTITION OF event DEFAULT',
  // `origin`: which copy of the database numbered last. `dropped`: the last position that is kept no longer.
  `CREATE TABLE event_head (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    last bigint NOT NULL DEFAULT 0,
    dropped bigint NOT NULL DEFAULT 0,
    numbered_on date NOT NULL DEFAULT '-infinity',
    origin text NOT NULL DEFAULT ''
  ) WITH (fillfactor = 10)`,
  'INSERT INTO event_head DEFAULT VALUES',
];

/** A plan from an empty table would later read the whole table. */
const PLANS = 'LANGUAGE plpgsql SET enable_seqscan = off';

/**
 * A standby that became the primary has another timeline. A restored copy has another cluster or another oid. Such a
 * copy may lack the last events that readers saw. So it continues with the present time in the upper bits, which is beyond
 * every position of the original.
 */
const NUMBERING = [
  `CREATE FUNCTION event_origin() RETURNS text LANGUAGE sql STABLE AS $body$
    SELECT concat_ws('/', (SELECT system_identifier FROM pg_control_system()),
      left(pg_walfile_name(pg_current_wal_lsn()), 8),
      (SELECT oid FROM pg_database WHERE datname = current_database()))
  $body$`,
  `CREATE FUNCTION event_number(most integer) RETURNS integer ${PLANS} AS $body$
    DECLARE
      head event_head;
      present_origin text;
      numbered integer;
    BEGIN
      IF NOT EXISTS (SELECT FROM event_inbox) THEN RETURN 0; END IF;
      SELECT * INTO head FROM event_head FOR UPDATE;
      present_origin := event_origin();
      IF head.origin <> present_origin THEN
        head.last := greatest(head.last, floor(extract(epoch FROM clock_timestamp()))::bigint << 30);
      END IF;
      head.numbered_on := greatest(head.numbered_on, (clock_timestamp() AT TIME ZONE 'UTC')::date);
      WITH next AS MATERIALIZED (
        SELECT i.seq FROM event_inbox i ORDER BY i.seq LIMIT most
      ), taken AS (
        DELETE FROM event_inbox i USING next WHERE i.seq = next.seq RETURNING i.*
      )
      INSERT INTO event (position, numbered_on, id, type, at, domain, account, session_id, client, peer, data)
      SELECT head.last + row_number() OVER (ORDER BY t.seq), head.numbered_on, t.id, t.type, t.at, t.domain, t.account,
        t.session_id, t.client, t.peer, t.data
      FROM taken t;
      GET DIAGNOSTICS numbered = ROW_COUNT;
      UPDATE event_head SET last = head.last + numbered, numbered_on = head.numbered_on, origin = present_origin;
      IF numbered > 0 THEN PERFORM pg_notify('sap2_events', ''); END IF;
      RETURN numbered;
    END $body$`,
];

const PARTITIONS = [
  // Rows that the default partition caught meanwhile move to their day, or the day could not be attached.
  `CREATE FUNCTION event_ensure_partitions(days_ahead integer) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER AS $body$
    DECLARE
      today CONSTANT date := (now() AT TIME ZONE 'UTC')::date;
      since date;
      partition_name text;
      made integer := 0;
    BEGIN
      PERFORM pg_advisory_xact_lock(hashtext('event_ensure_partitions'));
      FOR ahead IN 0..days_ahead LOOP
        since := today + ahead;
        partition_name := 'event_' || to_char(since, 'YYYY_MM_DD');
        CONTINUE WHEN to_regclass(partition_name) IS NOT NULL;
        LOCK TABLE event_default IN ACCESS EXCLUSIVE MODE;
        EXECUTE format('CREATE TABLE %I (LIKE event INCLUDING DEFAULTS)', partition_name);
        EXECUTE format('WITH moved AS (
            DELETE FROM event_default WHERE numbered_on = %L RETURNING *
          ) INSERT INTO %I SELECT * FROM moved', since, partition_name);
        EXECUTE format('ALTER TABLE event ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
          partition_name, since, since + 1);
        made := made + 1;
      END LOOP;
      RETURN made;
    END $body$`,
  `CREATE FUNCTION event_drop_partitions(days_kept integer) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER AS $body$
    DECLARE
      first_day CONSTANT date := (now() AT TIME ZONE 'UTC')::date - days_kept;
      first_kept CONSTANT text := 'event_' || to_char(first_day, 'YYYY_MM_DD');
      partition_name text;
      dropped_count integer := 0;
    BEGIN
      IF days_kept < 1 THEN RAISE EXCEPTION 'at least one whole day of the events is kept'; END IF;
      PERFORM pg_advisory_xact_lock(hashtext('event_ensure_partitions'));
      FOR partition_name IN
        SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
        WHERE inhparent = 'event'::regclass
          AND relname ~ '^event_[0-9]{4}_[0-9]{2}_[0-9]{2}$' AND relname COLLATE "C" < first_kept COLLATE "C"
        ORDER BY relname
      LOOP
        EXECUTE format('UPDATE event_head h SET dropped = its.top FROM (SELECT max(position) AS top FROM %I) its WHERE its.top > h.dropped', partition_name);
        EXECUTE format('DROP TABLE %I', partition_name);
        dropped_count := dropped_count + 1;
      END LOOP;
      UPDATE event_head h SET dropped = its.top
      FROM (SELECT max(position) AS top FROM event_default WHERE numbered_on < first_day) its WHERE its.top > h.dropped;
      DELETE FROM event_default WHERE numbered_on < first_day;
      RETURN dropped_count;
    END $body$`,
  // A caller's temporary tables must not stand in for ours.
  `DO $body$
    DECLARE
      signature text;
    BEGIN
      FOREACH signature IN ARRAY ARRAY['event_ensure_partitions(integer)', 'event_drop_partitions(integer)']
      LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', signature, current_schema());
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', signature);
      END LOOP;
    END $body$`,
  'SELECT event_ensure_partitions(3)',
];

export class Events1795880000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...TABLES, ...NUMBERING, ...PARTITIONS]) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(
      new Error('Migrations only go forward: what must not be lost lies in these tables.'),
    );
  }
}
