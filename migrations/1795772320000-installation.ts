import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One row: who this database is, whatever server it lies on. Redis is marked with it. */
const STATEMENTS = [
  `CREATE TABLE installation (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    is_only boolean NOT NULL DEFAULT true UNIQUE CHECK (is_only)
  )`,
  'INSERT INTO installation DEFAULT VALUES',
];

export class Installation1795772320000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(
      new Error('Migrations only go forward: what must not be lost lies in these tables.'),
    );
  }
}
