import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a token may do and until when; and which creations were asked for under which key. */
const STATEMENTS = [
  `ALTER TABLE administrator
    ADD COLUMN scopes text[] NOT NULL DEFAULT '{admin}',
    ADD COLUMN expires_at timestamptz,
    ADD COLUMN revision integer NOT NULL DEFAULT 1,
    ADD CONSTRAINT administrator_scopes_known CHECK (scopes <@ ARRAY['read', 'users', 'sessions', 'agreements', 'admin'])`,
  `CREATE TABLE creation_key (
    administrator text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    content_hash text NOT NULL,
    location text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT creation_key_pkey PRIMARY KEY (administrator, key)
  )`,
  'CREATE INDEX creation_key_by_age ON creation_key (administrator, created_at)',
];

export class AdministratorsScopes1795743500000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(
      new Error('Migrations only go forward: what must not be lost lies in these tables.'),
    );
  }
}
