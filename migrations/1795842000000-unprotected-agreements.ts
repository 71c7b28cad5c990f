import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * An agreement that allows MD5 must name where its peer calls from, or state that it is open on purpose. Existing
 * open ones continue to work and get a mark, so that each shows a warning.
 */
const STATEMENTS = [
  `ALTER TABLE agreement
    ADD COLUMN allow_unprotected boolean NOT NULL DEFAULT false,
    ADD COLUMN session_life text NOT NULL DEFAULT 'time-to-live',
    ADD CONSTRAINT agreement_session_life_known CHECK (session_life IN ('time-to-live', 'until-replaced'))`,
  `UPDATE agreement SET allow_unprotected = true
    WHERE 'MD5' = ANY (digest_schemas) AND cardinality(client_certificates) = 0 AND (
      cardinality(source_addresses) = 0
      OR EXISTS (SELECT FROM unnest(source_addresses) AS network WHERE network ~ '/0+$')
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
