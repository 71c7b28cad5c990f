import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What administrators find users by, each in the order of ids. Logins lock rows of `account` and go on meanwhile; only
 * changes of users wait until an index is made.
 */
const STATEMENTS = [
  'CREATE INDEX account_by_domain ON account (domain, id)',
  'CREATE INDEX account_suspended ON account (id) WHERE suspended',
  'CREATE INDEX account_suspended_by_domain ON account (domain, id) WHERE suspended',
];

export class UsersFound1795748400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(
      new Error('Migrations only go forward: what must not be lost lies in these tables.'),
    );
  }
}
