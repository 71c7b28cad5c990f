import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How long the owner wants the trail to be kept: the service's own role reads it and cannot change it. */
const RETENTION = [
  `CREATE TABLE audit_retention (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    months_kept integer NOT NULL CHECK (months_kept >= 1)
  )`,
  'INSERT INTO audit_retention (months_kept) VALUES (1)',
  `CREATE OR REPLACE FUNCTION audit_drop_partitions(months_kept integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER AS $body$
    DECLARE
      least_kept CONSTANT integer := (SELECT wanted.months_kept FROM audit_retention wanted);
      first_kept CONSTANT text := 'audit_entry_' || to_char(
        date_trunc('month', now() AT TIME ZONE 'UTC') - make_interval(months => months_kept), 'YYYY_MM');
      partition_name text;
      dropped integer := 0;
    BEGIN
      IF months_kept < 1 THEN RAISE EXCEPTION 'at least one whole month of the audit trail is kept'; END IF;
      IF months_kept < least_kept THEN
        RAISE EXCEPTION 'the owner of the audit trail keeps % months, and % were asked for: run "sap2 migrate" as the owner with the new SAP2_AUDIT_KEEP_MONTHS',
          least_kept, months_kept USING ERRCODE = 'insufficient_privilege';
      END IF;
      PERFORM pg_advisory_xact_lock(hashtext('audit_ensure_partitions'));
      FOR partition_name IN
        SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
        WHERE inhparent = 'audit_entry'::regclass AND relname COLLATE "C" < first_kept COLLATE "C" ORDER BY relname
      LOOP
        EXECUTE format('UPDATE audit_end SET (seq, at, hash) = (last.seq, last.at, last.hash)
          FROM (SELECT seq, at, hash FROM %I ORDER BY seq DESC LIMIT 1) last WHERE which = ''anchor''', partition_name);
        EXECUTE format('DROP TABLE %I', partition_name);
        dropped := dropped + 1;
      END LOOP;
      RETURN dropped;
    END $body$`,
];

/**
 * The hash of an entry as `hashOfEntry` computes it: SHA-256 over JSON with sorted fields and without spaces.
 */
const HASHES = [
  `CREATE FUNCTION audit_json(content jsonb) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $body$
    BEGIN
      CASE jsonb_typeof(content)
        WHEN 'object' THEN RETURN '{' || coalesce((
          SELECT string_agg(to_json(field.key)::text || ':' || CASE
            WHEN jsonb_typeof(field.value) IN ('object', 'array', 'number') THEN audit_json(field.value)
            ELSE field.value::text END, ',' ORDER BY field.key COLLATE "C")
          FROM jsonb_each(content) field), '') || '}';
        WHEN 'array' THEN RETURN '[' || coalesce((
          SELECT string_agg(CASE
            WHEN jsonb_typeof(item.value) IN ('object', 'array', 'number') THEN audit_json(item.value)
            ELSE item.value::text END, ',' ORDER BY item.ordinality)
          FROM jsonb_array_elements(content) WITH ORDINALITY item), '') || ']';
        WHEN 'number' THEN RETURN trim_scale(content::numeric)::text;
        ELSE RETURN coalesce(content::text, 'null');
      END CASE;
    END $body$`,
  `CREATE FUNCTION audit_time(moment timestamptz) RETURNS text LANGUAGE sql STABLE AS $body$
    SELECT to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
  $body$`,
];

/**
 * A new entry has the correct hash, follows the last entry, and has the present time. Appending transactions wait
 * for each other.
 */
const APPENDED = [
  `CREATE OR REPLACE FUNCTION audit_extend() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $body$
    BEGIN
      PERFORM FROM audit_end WHERE which = 'head' FOR UPDATE;
      IF EXISTS (
        SELECT FROM (
          SELECT seq, previous_hash, lag(seq) OVER w AS seq_before, lag(hash) OVER w AS hash_before
          FROM appended WINDOW w AS (ORDER BY seq)
        ) link, audit_end head
        WHERE head.which = 'head' AND (link.seq, link.previous_hash) IS DISTINCT FROM
          (coalesce(seq_before, head.seq) + 1, coalesce(hash_before, head.hash))
      ) THEN
        RAISE EXCEPTION 'an audit entry does not go on where the trail ends' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      IF EXISTS (
        SELECT FROM (SELECT at, lag(at) OVER (ORDER BY seq) AS at_before FROM appended) link, audit_end head
        WHERE head.which = 'head' AND (link.at < coalesce(at_before, head.at)
          OR link.at > greatest(head.at, clock_timestamp()) OR link.at <> date_trunc('milliseconds', link.at))
      ) THEN
        RAISE EXCEPTION 'an audit entry does not have the time of now' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      IF EXISTS (
        SELECT FROM appended WHERE hash IS DISTINCT FROM encode(sha256(convert_to(audit_json(jsonb_build_array(previous_hash,
          seq, audit_time(at), actor, from_address, request_id, action, target, before, after)), 'UTF8')), 'hex')
      ) THEN
        RAISE EXCEPTION 'an audit entry does not have the hash of its content' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      UPDATE audit_end SET (seq, at, hash) = (last.seq, last.at, last.hash)
      FROM (SELECT seq, at, hash FROM appended ORDER BY seq DESC LIMIT 1) last WHERE which = 'head';
      RETURN NULL;
    END $body$`,
];

/**
 * At the commit a role other than the owner needs an appended entry with the new state of the
 * administrator. It runs as the caller, so it knows the role. It finds entries of this transaction by their xmin,
 * which no caller can set.
 */
const ADMINISTRATORS = [
  `CREATE FUNCTION administrator_audited() RETURNS trigger LANGUAGE plpgsql AS $body$
    DECLARE
      subject CONSTANT text := CASE TG_OP WHEN 'DELETE' THEN OLD.name ELSE NEW.name END;
      actions text[] := CASE TG_OP
        WHEN 'DELETE' THEN ARRAY['administrator.delete']
        WHEN 'INSERT' THEN ARRAY['administrator.create']
        ELSE ARRAY['administrator.change', 'administrator.rotate']
      END;
    BEGIN
      IF pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN RETURN NULL; END IF;
      IF TG_OP = 'UPDATE' THEN
        IF OLD.name <> NEW.name THEN
          RAISE EXCEPTION 'an administrator keeps its name: nothing else stands in the audit' USING ERRCODE = 'insufficient_privilege';
        END IF;
        IF (OLD.token_hash, OLD.scopes, OLD.expires_at) IS NOT DISTINCT FROM (NEW.token_hash, NEW.scopes, NEW.expires_at) THEN
          RETURN NULL;
        END IF;
        IF OLD.token_hash <> NEW.token_hash THEN actions := ARRAY['administrator.rotate']; END IF;
      END IF;
      IF NOT EXISTS (
        SELECT FROM audit_entry entry
        WHERE entry.target = 'administrator ' || subject AND entry.action = ANY (actions)
          AND entry.xmin = pg_current_xact_id()::xid
          AND (TG_OP = 'DELETE' OR (entry.after->'scopes' IS NOT DISTINCT FROM to_jsonb(NEW.scopes)
            AND entry.after->>'expiresAt' IS NOT DISTINCT FROM audit_time(NEW.expires_at)))
      ) THEN
        RAISE EXCEPTION 'a change of the administrator "%" stands in the audit, or is not made', subject
          USING ERRCODE = 'insufficient_privilege';
      END IF;
      RETURN NULL;
    END $body$`,
  `CREATE CONSTRAINT TRIGGER administrator_audited
    AFTER INSERT OR DELETE OR UPDATE OF name, token_hash, scopes, expires_at ON administrator
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION administrator_audited()`,
];

/** A caller's temporary tables must not stand in for ours. */
const SEARCH_PATHS = [
  `DO $body$
    DECLARE
      signature text;
    BEGIN
      FOREACH signature IN ARRAY ARRAY['audit_extend()', 'audit_drop_partitions(integer)', 'administrator_audited()']
      LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', signature, current_schema());
      END LOOP;
    END $body$`,
];

export class AuditGuarded1795858956497 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const statements = [RETENTION, HASHES, APPENDED, ADMINISTRATORS, SEARCH_PATHS].flat();
    for (const statement of statements) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(
      new Error('Migrations only go forward: what must not be lost lies in these tables.'),
    );
  }
}
