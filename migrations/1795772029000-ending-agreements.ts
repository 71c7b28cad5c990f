import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A job that ends the sessions of an agreement walks through them in the order of ids: `peer` and `keeps` say which they
 * are, `last_id` how far it is. `batch`: sessions of the last step, until both stores know that they ended.
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
