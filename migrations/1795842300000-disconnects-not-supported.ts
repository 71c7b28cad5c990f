import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A peer that answered 405 to `UserDisconnectRequest` gets no more of them until it sets up an SSP session again; what it is
 * owed is kept as undelivered, marked, so that it can be told when the peer has learned to hear it.
 */
const STATEMENTS = [
  'ALTER TABLE disconnect_outbox ADD COLUMN not_supported boolean NOT NULL DEFAULT false',
  `ALTER TABLE peer_line
    ADD COLUMN disconnects text NOT NULL DEFAULT 'supported',
    ADD CONSTRAINT peer_line_disconnects_known CHECK (disconnects IN ('supported', 'unsupported', 'on-trial'))`,
];

export class DisconnectsNotSupported1795842300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(
      new Error('Migrations only go forward: what must not be lost lies in these tables.'),
    );
  }
}
