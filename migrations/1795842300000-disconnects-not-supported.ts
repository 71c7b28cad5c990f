import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A peer that answered 405 to `UserDisconnectRequest` gets no more of them until its next SSP set-up. Its
 * disconnects become undelivered with a mark, so SAP 2 can send them when the peer supports them.
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
