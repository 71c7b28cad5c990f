import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Keys that sign security events. The private part is sealed. Receivers read the public part. */
export class SigningKeys1795882500000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE signing_key (
      kid text PRIMARY KEY,
      public_key jsonb NOT NULL,
      private_key text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now()
    )`);
  }

  down(): Promise<void> {
    return Promise.reject(
      new Error('Migrations only go forward: what must not be lost lies in these tables.'),
    );
  }
}
