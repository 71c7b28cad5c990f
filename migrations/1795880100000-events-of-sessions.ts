import type { MigrationInterface, QueryRunner } from 'typeorm';

/** As in the migration before: functions with the rights of their caller, and plans that use an index. */
const PLANS = 'LANGUAGE plpgsql SET enable_seqscan = off';

/** How readers of events name the cause of an end (northbound §1). */
const CAUSE = `
  CREATE FUNCTION event_cause(end_cause text) RETURNS text LANGUAGE sql IMMUTABLE AS $body$
    SELECT CASE end_cause
      WHEN 'account-suspended' THEN 'suspended'
      WHEN 'account-deleted' THEN 'deleted'
      WHEN 'left-out-of-sync' THEN 'left-out'
      ELSE end_cause
    END
  $body$`;

/**
 * Ends those of `ids` that are still live. It deletes the live row, inserts a history row and writes the event. The outbox
 * gets the disconnect, or a note that the owner needs no disconnect (ssp-binding §5). The code of the event is the status
 * that the owner gets.
 */
const SESSION_END = `
  CREATE FUNCTION session_end(ids text[], end_cause text, end_reason text, is_owed boolean, ended_by text)
  RETURNS TABLE (id text, peer text) ${PLANS} AS $body$
  #variable_conflict use_column
  BEGIN
    RETURN QUERY
    WITH doomed AS MATERIALIZED (
      SELECT s.id FROM live_session s WHERE s.id = ANY (ids) ORDER BY s.id FOR UPDATE
    ), ended AS (
      DELETE FROM live_session s USING doomed WHERE s.id = doomed.id RETURNING s.*
    ), history AS (
      INSERT INTO session_history
        (session_id, account, domain, user_id, client, peer, csp_version, sap_epoch, started_at, cause, reason)
      SELECT e.id, e.account, e.domain, e.user_id, e.client, e.peer, e.csp_version, e.sap_epoch, e.started_at,
        end_cause, end_reason
      FROM ended e
    ), duty AS (
      INSERT INTO disconnect_outbox
        (transaction_id, peer, session_id, user_id, client, cause, reason, state, settled_at)
      SELECT 'd-' || gen_random_uuid(), e.peer, e.id, e.user_id, e.client, end_cause, end_reason,
        CASE WHEN is_owed THEN 'pending' ELSE 'none-owed' END, CASE WHEN is_owed THEN NULL ELSE now() END
      FROM ended e ORDER BY e.id
    ), happened AS (
      INSERT INTO event_inbox (type, domain, account, session_id, client, peer, data)
      SELECT 'session.ended', e.domain, e.account, e.id, e.client, e.peer, jsonb_strip_nulls(jsonb_build_object(
        'cause', event_cause(end_cause), 'by', ended_by,
        'code', CASE end_cause WHEN 'logout' THEN 604 WHEN 'expired' THEN 600 ELSE 601 END))
      FROM ended e ORDER BY e.id
    )
    SELECT e.id, e.peer FROM ended e ORDER BY e.id;
  END $body$`;

/** The version before still calls it during a rolling restart. */
const SESSION_END_BEFORE = `
  CREATE OR REPLACE FUNCTION session_end(ids text[], end_cause text, end_reason text, is_owed boolean)
  RETURNS TABLE (id text, peer text) LANGUAGE sql AS $body$
    SELECT e.id, e.peer FROM session_end(ids, end_cause, end_reason, is_owed, NULL) e
  $body$`;

/** As JSON what a login ended. */
const ENDED = `
  CREATE OR REPLACE FUNCTION session_end_for_login(ids text[], end_cause text) RETURNS jsonb LANGUAGE sql AS $body$
    SELECT coalesce(jsonb_agg(jsonb_build_object('id', e.id, 'peer', e.peer, 'cause', end_cause)), '[]')
    FROM session_end(ids, end_cause, NULL, true, NULL) e
  $body$`;

/**
 * The birth of a session, in one call, with its event. `birth` is a row of `live_session` as JSON.
 *
 * The first two statements take the locks. The first locks the account and, shared, the agreement. The second locks the
 * account's sessions in the order of ids. Each statement of the function has its own snapshot. So the later ones see the result of the previous
 * login, the end of the agreement, and every ended session. The agreement's lock never waits.
 * 1396789313 is "SAPA" in ASCII: keys of the locks on agreements begin with it.
 */
const SESSION_OPEN = `
  CREATE OR REPLACE FUNCTION session_open(
    birth jsonb, account_version integer, same_client text, sessions_per_user integer, over_limit text,
    lately_s integer, most_lately integer,
    OUT kind text, OUT live jsonb, OUT ended jsonb, OUT ended_before jsonb
  ) ${PLANS} AS $body$
  DECLARE
    born live_session := jsonb_populate_record(NULL::live_session, birth);
    held record;
    same live_session;
    evicted text[];
  BEGIN
    ended := '[]';
    ended_before := '[]';
    SELECT a.version, a.suspended, pg_try_advisory_xact_lock_shared(1396789313, hashtext(born.peer)) AS agreement
    INTO held FROM account a WHERE a.id = born.account FOR UPDATE;
    IF NOT FOUND OR held.suspended OR held.version <> account_version THEN
      kind := 'account-changed';
      RETURN;
    END IF;
    IF NOT held.agreement THEN
      kind := 'agreement-ending';
      RETURN;
    END IF;
    PERFORM FROM live_session s WHERE s.account = born.account ORDER BY s.id FOR UPDATE;

    IF NOT EXISTS (
      SELECT FROM agreement a JOIN agreement_domain d USING (service_id)
      WHERE a.service_id = born.peer AND d.domain = born.domain AND a.enabled
        AND (a.valid_from IS NULL OR a.valid_from <= clock_timestamp())
        AND (a.valid_until IS NULL OR a.valid_until > clock_timestamp())
    ) THEN
      kind := 'not-entitled';
      RETURN;
    END IF;
    ended_before := (
      SELECT coalesce(jsonb_agg(to_jsonb(lately)), '[]') FROM (
        SELECT h.session_id AS id, h.peer, h.cause FROM session_history h
        WHERE h.account = born.account AND h.ended_at > now() - make_interval(secs => lately_s)
        ORDER BY h.ended_at DESC, h.session_id DESC LIMIT most_lately
      ) lately
    );

    SELECT * INTO same FROM live_session s WHERE s.account = born.account AND s.client_key = born.client_key;
    IF same.origin_transaction_id = born.origin_transaction_id AND same.peer = born.peer THEN
      kind := 'repeated';
      live := to_jsonb(same);
      RETURN;
    END IF;
    IF same.id IS NOT NULL AND same_client = 'reject' THEN
      kind := 'already-logged-in';
      RETURN;
    END IF;
    evicted := ARRAY(
      SELECT s.id FROM live_session s WHERE s.account = born.account AND s.client_key <> born.client_key
      ORDER BY s.started_at DESC, s.id DESC OFFSET greatest(0, sessions_per_user - 1)
    );
    IF cardinality(evicted) > 0 AND over_limit = 'reject' THEN
      kind := 'too-many-sessions';
      RETURN;
    END IF;

    IF same.id IS NOT NULL THEN
      ended := session_end_for_login(ARRAY[same.id], 'replaced');
    END IF;
    IF cardinality(evicted) > 0 THEN
      ended := ended || session_end_for_login(evicted, 'evicted');
    END IF;
    INSERT INTO live_session (
      id, account, domain, user_id, client, client_key, peer, keep_alive_time_s, csp_version, sap_epoch,
      session_cookie, capability_list, agreed_services, origin_transaction_id, started_at
    ) VALUES (
      born.id, born.account, born.domain, born.user_id, born.client, born.client_key, born.peer,
      born.keep_alive_time_s, born.csp_version, born.sap_epoch, born.session_cookie, born.capability_list,
      born.agreed_services, born.origin_transaction_id, born.started_at
    );
    INSERT INTO event_inbox (type, domain, account, session_id, client, peer, data) VALUES (
      'session.started', born.domain, born.account, born.id, born.client, born.peer, jsonb_build_object(
        'cspVersion', born.csp_version, 'keepAliveTimeS', born.keep_alive_time_s, 'resumed', false)
    );
    kind := 'opened';
  END $body$`;

/** A disconnect that becomes undelivered: by a final answer, by its age, or by a peer without disconnects. */
const UNDELIVERED = [
  `CREATE FUNCTION event_undelivered() RETURNS trigger LANGUAGE plpgsql AS $body$
    BEGIN
      INSERT INTO event_inbox (type, domain, account, session_id, client, peer, data)
      SELECT 'delivery.undelivered', past.domain, past.account, NEW.session_id, NEW.client, NEW.peer,
        jsonb_build_object('transactionID', NEW.transaction_id, 'cause', event_cause(NEW.cause))
      FROM (SELECT) always LEFT JOIN LATERAL (
        SELECT h.domain, h.account FROM session_history h WHERE h.session_id = NEW.session_id LIMIT 1
      ) past ON true;
      RETURN NULL;
    END $body$`,
  `CREATE TRIGGER disconnect_outbox_undelivered AFTER UPDATE OF state ON disconnect_outbox
    FOR EACH ROW WHEN (NEW.state = 'undelivered' AND OLD.state <> 'undelivered') EXECUTE FUNCTION event_undelivered()`,
];

export class EventsOfSessions1795880100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const functions = [CAUSE, SESSION_END, SESSION_END_BEFORE, ENDED, SESSION_OPEN];
    for (const statement of [...functions, ...UNDELIVERED]) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(
      new Error('Migrations only go forward: what must not be lost lies in these tables.'),
    );
  }
}
