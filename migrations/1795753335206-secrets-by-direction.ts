import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A secret for each direction. The old one stays beside the new until an overlap ends. A newer secret has a higher
 * id.
 *
 * The previous version reads and writes `agreement.shared_secrets`. Two triggers keep both the same, so the
 * versions can run side by side. A later migration removes them and the column.
 */
const SECRETS = [
  `CREATE TABLE agreement_secret (
    id bigint GENERATED ALWAYS AS IDENTITY,
    service_id text COLLATE "C" NOT NULL,
    direction text NOT NULL,
    secret text NOT NULL,
    valid_until timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT agreement_secret_pkey PRIMARY KEY (id),
    CONSTRAINT agreement_secret_agreement FOREIGN KEY (service_id) REFERENCES agreement (service_id) ON DELETE CASCADE,
    CONSTRAINT agreement_secret_direction_known CHECK (direction IN ('inbound', 'outbound'))
  )`,
  'CREATE INDEX agreement_secret_by_agreement ON agreement_secret (service_id)',
  `INSERT INTO agreement_secret (service_id, direction, secret)
    SELECT a.service_id, direction, s.secret
    FROM agreement a, unnest(a.shared_secrets) WITH ORDINALITY AS s (secret, position),
      unnest(ARRAY['inbound', 'outbound']) AS direction
    ORDER BY a.service_id, s.position DESC`,
  `ALTER TABLE agreement ALTER COLUMN shared_secrets SET DEFAULT '{}'`,
];

const SIDE_BY_SIDE = [
  `CREATE FUNCTION agreement_secret_for_older() RETURNS trigger LANGUAGE plpgsql AS $body$
    BEGIN
      UPDATE agreement SET shared_secrets = ARRAY(
        SELECT s.secret FROM agreement_secret s
        WHERE s.service_id = agreement.service_id AND (s.valid_until IS NULL OR s.valid_until > now())
        GROUP BY s.secret ORDER BY max(s.direction) DESC, max(s.id) DESC
      ) WHERE service_id = coalesce(NEW.service_id, OLD.service_id);
      RETURN NULL;
    END $body$`,
  `CREATE TRIGGER agreement_secret_for_older AFTER INSERT OR UPDATE OR DELETE ON agreement_secret
    FOR EACH ROW EXECUTE FUNCTION agreement_secret_for_older()`,
  `CREATE FUNCTION agreement_secret_from_older() RETURNS trigger LANGUAGE plpgsql AS $body$
    BEGIN
      DELETE FROM agreement_secret WHERE service_id = NEW.service_id;
      INSERT INTO agreement_secret (service_id, direction, secret)
        SELECT NEW.service_id, direction, s.secret
        FROM unnest(NEW.shared_secrets) WITH ORDINALITY AS s (secret, position),
          unnest(ARRAY['inbound', 'outbound']) AS direction
        ORDER BY s.position DESC;
      RETURN NULL;
    END $body$`,
  // Not for what the other trigger writes.
  `CREATE TRIGGER agreement_secret_from_older AFTER INSERT OR UPDATE OF shared_secrets ON agreement
    FOR EACH ROW WHEN (pg_trigger_depth() = 0 AND NEW.shared_secrets <> '{}')
    EXECUTE FUNCTION agreement_secret_from_older()`,
];

/** A deleted agreement stays, disabled, until its peer has the disconnects of its sessions. */
const STATEMENTS = [
  ...SECRETS,
  ...SIDE_BY_SIDE,
  `CREATE TRIGGER agreement_secret_wakes AFTER INSERT OR UPDATE OR DELETE ON agreement_secret
    FOR EACH ROW EXECUTE FUNCTION sap2_notify('sap2_directory')`,
  `ALTER TABLE agreement
    ADD COLUMN deleted_at timestamptz,
    ADD CONSTRAINT agreement_deleted_disabled CHECK (deleted_at IS NULL OR NOT enabled)`,
];

export class SecretsByDirection1795753335206 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(
      new Error('Migrations only go forward: what must not be lost lies in these tables.'),
    );
  }
}
