import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What an agreement permits besides its domains, and the revision on which an administrator bases a change.
 */
const STATEMENTS = [
  `ALTER TABLE agreement
    ADD COLUMN required_transport text NOT NULL DEFAULT 'any',
    ADD COLUMN client_certificates text[] NOT NULL DEFAULT '{}',
    ADD COLUMN source_addresses text[] NOT NULL DEFAULT '{}',
    ADD COLUMN requests_per_second integer,
    ADD COLUMN logins_per_second integer,
    ADD COLUMN in_flight integer,
    ADD COLUMN ssp_sessions integer,
    ADD COLUMN unfinished_setups integer,
    ADD COLUMN valid_from timestamptz,
    ADD COLUMN valid_until timestamptz,
    ADD COLUMN revision integer NOT NULL DEFAULT 1,
    ADD CONSTRAINT agreement_required_transport_known CHECK (required_transport IN ('any', 'https')),
    ADD CONSTRAINT agreement_valid_in_order CHECK (valid_from < valid_until)`,
  'ALTER TABLE domain ADD COLUMN revision integer NOT NULL DEFAULT 1',
  'ALTER TABLE account ADD COLUMN revision integer NOT NULL DEFAULT 1',
];

export class AdministeredAgreements1795742500000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(
      new Error('Migrations only go forward: what must not be lost lies in these tables.'),
    );
  }
}
