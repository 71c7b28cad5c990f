import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * `leased`: a worker has the row until `due_at`. Without it a lease would look like a back-off. A backlog could
 * then not become due at once when its peer is back. `attempt_log` has the last attempts.
 */
const OUTBOX = [
  `ALTER TABLE disconnect_outbox
    ADD COLUMN leased boolean NOT NULL DEFAULT false,
    ADD COLUMN replayed_at timestamptz,
    ADD COLUMN attempt_log jsonb NOT NULL DEFAULT '[]',
    DROP CONSTRAINT disconnect_outbox_state_known,
    ADD CONSTRAINT disconnect_outbox_state_known
      CHECK (state IN ('pending', 'none-owed', 'acknowledged', 'unknown-there', 'undelivered', 'cancelled'))`,
  'CREATE INDEX disconnect_outbox_by_state ON disconnect_outbox (state, created_at, id)',
  'CREATE INDEX disconnect_outbox_by_peer ON disconnect_outbox (peer, state, created_at, id)',
];

/**
 * The state of the connection to a peer. A peer that never failed and was never paused has no row, and a healthy
 * peer causes no writes. `open_until`: the circuit is open, and SAP 2 sends nothing before this time. Then one
 * message may try.
 */
const PEER_LINE = [
  `CREATE TABLE peer_line (
    peer text COLLATE "C" NOT NULL,
    failures integer NOT NULL DEFAULT 0,
    open_until timestamptz,
    last_error text,
    last_error_at timestamptz,
    paused_at timestamptz,
    resumed_at timestamptz,
    CONSTRAINT peer_line_pkey PRIMARY KEY (peer)
  )`,
  // A change of an agreement brings the next trial forward. It is not immediate, because every process must
  // read the agreement first.
  `CREATE FUNCTION sap2_try_peer_line() RETURNS trigger LANGUAGE plpgsql AS $body$
    BEGIN
      UPDATE peer_line SET open_until = least(open_until, now() + interval '2 seconds')
      WHERE peer = NEW.service_id AND open_until IS NOT NULL;
      RETURN NULL;
    END $body$`,
  `CREATE TRIGGER agreement_tries_peer_line AFTER INSERT OR UPDATE ON agreement
    FOR EACH ROW EXECUTE FUNCTION sap2_try_peer_line()`,
];

export class DeliveryAtScale1795745510000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...OUTBOX, ...PEER_LINE]) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(
      new Error('Migrations only go forward: what must not be lost lies in these tables.'),
    );
  }
}
