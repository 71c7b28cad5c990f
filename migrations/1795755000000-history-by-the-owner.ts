import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A service whose role does not own the tables still makes the months of the history. */
const STATEMENTS = [
  'ALTER FUNCTION session_history_ensure_partitions(integer) SECURITY DEFINER',
  `DO $body$
    BEGIN
      EXECUTE format('ALTER FUNCTION session_history_ensure_partitions(integer) SET search_path = %I, pg_temp',
        current_schema());
      REVOKE EXECUTE ON FUNCTION session_history_ensure_partitions(integer) FROM PUBLIC;
    END $body$`,
];

export class HistoryByTheOwner1795755000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(
      new Error('Migrations only go forward: what must not be lost lies in these tables.'),
    );
  }
}
