import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A subscription owns a place in the feed, its `cursor`. All events before it are delivered or have a record in
 * `webhook_delivery`. One worker at a time has the claim. No index has a column that a delivery changes, so that its
 * updates stay small.
 */
const STATEMENTS = [
  `CREATE TABLE subscription (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    url text NOT NULL,
    types text[] NOT NULL,
    domains text[] NOT NULL,
    format text NOT NULL,
    batch integer NOT NULL,
    enabled boolean NOT NULL DEFAULT true,
    disabled_because text,
    secret text NOT NULL,
    previous_secret text,
    previous_until timestamptz,
    cursor bigint NOT NULL,
    failures integer NOT NULL DEFAULT 0,
    failing_since timestamptz,
    due_at timestamptz NOT NULL DEFAULT now(),
    last_error text,
    last_error_at timestamptz,
    missed_at timestamptz,
    claimed_by uuid,
    claimed_until timestamptz,
    served_at timestamptz,
    revision integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
  ) WITH (fillfactor = 20, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500)`,
  `CREATE TABLE webhook_delivery (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subscription_id bigint NOT NULL REFERENCES subscription (id) ON DELETE CASCADE,
    state text NOT NULL,
    webhook_id text NOT NULL,
    first_position bigint NOT NULL,
    last_position bigint NOT NULL,
    events integer NOT NULL,
    event_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    last_status integer,
    last_error text,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_attempt_at timestamptz,
    settled_at timestamptz,
    CONSTRAINT webhook_delivery_message UNIQUE (subscription_id, first_position, last_position)
  ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000)`,
  'CREATE INDEX webhook_delivery_listed ON webhook_delivery (subscription_id, id DESC)',
  `CREATE INDEX webhook_delivery_open ON webhook_delivery (subscription_id, state, first_position)
    WHERE state IN ('pending', 'undelivered')`,
];

export class Subscriptions1795882000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(
      new Error('Migrations only go forward: what must not be lost lies in these tables.'),
    );
  }
}
