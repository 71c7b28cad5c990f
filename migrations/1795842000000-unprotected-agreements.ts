import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * An agreement that allows MD5 must say where its peer calls from, or that somebody meant to leave it open. Those that
 * are open already stay at work, and are marked, so that each of them is shown with a warning.
 */
const STATEMENTS = [
  `ALTER TABLE agreement
    ADD COLUMN allow_unprotected boolean NOT NULL DEFAULT false,
    ADD COLUMN session_life text NOT NULL DEFAULT 'time-to-live',
    ADD CONSTRAINT agreement_session_life_known CHECK (session_life IN ('time-to-live', 'until-replaced'))`,
  `UPDATE agreement SET allow_unprotected = true
    WHERE 'MD5' = ANY (digest_schemas) AND cardinality(client_certificates) = 0 AND NOT EXISTS (
      SELECT FROM unnest(source_addresses) AS network WHERE network NOT LIKE '%/0'
    )`,
];

export class UnprotectedAgreements1795842000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(
      new Error('Migrations only go forward: what must not be lost lies in these tables.'),
    );
  }
}
