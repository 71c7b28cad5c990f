import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whether an agreement allows a domain is asked before the domain is deleted. */
export class AgreementsOfADomain1795754600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX agreement_domain_by_domain ON agreement_domain (domain)');
  }

  down(): Promise<void> {
    return Promise.reject(
      new Error('Migrations only go forward: what must not be lost lies in these tables.'),
    );
  }
}
