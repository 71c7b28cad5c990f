import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A job that ends the sessions of an agreement follows the order of ids. `peer` and `keeps` select them, and
 * `last_id` is its progress. `batch`: sessions of the last step, until both stores have their ends.
 */
const STATEMENTS = [
  'ALTER TABLE job ADD COLUMN peer text',
  'ALTER TABLE job ADD COLUMN keeps text[]',
  'ALTER TABLE job ADD COLUMN last_id text',
  'ALTER TABLE job ADD COLUMN batch text[]',
];

export class EndingAgreements1795772029000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(
      new Error('Migrations only go forward: what must not be lost lies in these tables.'),
    );
  }
}
