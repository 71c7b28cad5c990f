import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tokens of service elements, which only read events and live sessions. */
const STATEMENTS = [
  `ALTER TABLE administrator
    DROP CONSTRAINT administrator_scopes_known,
    ADD CONSTRAINT administrator_scopes_known
      CHECK (scopes <@ ARRAY['read', 'users', 'sessions', 'agreements', 'elements', 'admin'])`,
];

export class ElementsScope1795880200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(
      new Error('Migrations only go forward: what must not be lost lies in these tables.'),
    );
  }
}
