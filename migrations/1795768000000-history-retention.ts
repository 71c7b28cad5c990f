import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Months go whole; row by row only what no month was made for in time. */
const STATEMENTS = [
  `CREATE FUNCTION session_history_drop_partitions(months_kept integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER AS $body$
    DECLARE
      first_month CONSTANT timestamp :=
        date_trunc('month', now() AT TIME ZONE 'UTC') - make_interval(months => months_kept);
      first_kept CONSTANT text := 'session_history_' || to_char(first_month, 'YYYY_MM');
      partition_name text;
      dropped integer := 0;
    BEGIN
      IF months_kept < 1 THEN RAISE EXCEPTION 'at least one whole month of the history is kept'; END IF;
      PERFORM pg_advisory_xact_lock(hashtext('session_history_ensure_partitions'));
      FOR partition_name IN
        SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
        WHERE inhparent = 'session_history'::regclass
          AND relname ~ '^session_history_[0-9]{4}_[0-9]{2}$' AND relname COLLATE "C" < first_kept COLLATE "C"
        ORDER BY relname
      LOOP
        EXECUTE format('DROP TABLE %I', partition_name);
        dropped := dropped + 1;
      END LOOP;
      DELETE FROM session_history_default WHERE ended_at < first_month AT TIME ZONE 'UTC';
      RETURN dropped;
    END $body$`,
  // A caller's temporary tables must not stand in for ours.
  `DO $body$
    BEGIN
      EXECUTE format('ALTER FUNCTION session_history_drop_partitions(integer) SET search_path = %I, pg_temp',
        current_schema());
      REVOKE EXECUTE ON FUNCTION session_history_drop_partitions(integer) FROM PUBLIC;
    END $body$`,
];

export class HistoryRetention1795768000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(
      new Error('Migrations only go forward: what must not be lost lies in these tables.'),
    );
  }
}
