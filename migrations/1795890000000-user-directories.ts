import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where the passwords of the users of a domain are checked, if not here; and its secret, sealed. */
const COLUMNS = 'ALTER TABLE domain ADD COLUMN user_directory jsonb, ADD COLUMN user_directory_secret text';

export class UserDirectories1795890000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(COLUMNS);
  }

  down(): Promise<void> {
    return Promise.reject(
      new Error('Migrations only go forward: what must not be lost lies in these tables.'),
    );
  }
}
