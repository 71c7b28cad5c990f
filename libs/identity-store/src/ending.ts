import { type EndCause, type EndedSession, owesDisconnect, type UserSessionID } from '@sap2/session-core';
import type { Sql } from './database.js';

/**
 * The one statement by which a user session ends. It deletes the live row and inserts a history row. The outbox gets the
 * disconnect, or a note that the owner needs no disconnect (ssp-binding §5). It runs alone or in the transaction of the cause.
 *
 * Rows are locked in the order of ids, so two transactions that end the same sessions cannot block each other.
 * `which` sees the live session as `s` and its own parameters from $4 on.
 */
const endWhere = (which: string): string => `
  WITH doomed AS MATERIALIZED (
    SELECT s.id FROM live_session s WHERE ${which} ORDER BY s.id FOR UPDATE
  ), ended AS (
    DELETE FROM live_session s USING doomed WHERE s.id = doomed.id RETURNING s.*
  ), history AS (
    INSERT INTO session_history
      (session_id, account, domain, user_id, client, peer, csp_version, sap_epoch, started_at, cause, reason)
    SELECT id, account, domain, user_id, client, peer, csp_version, sap_epoch, started_at, $1, $2
    FROM ended
  ), duty AS (
    INSERT INTO disconnect_outbox (transaction_id, peer, session_id, user_id, client, cause, reason, state, settled_at)
    SELECT 'd-' || gen_random_uuid(), peer, id, user_id, client, $1, $2,
      CASE WHEN $3 THEN 'pending' ELSE 'none-owed' END, CASE WHEN $3 THEN NULL ELSE now() END
    FROM ended ORDER BY id
  )
  SELECT id, peer FROM ended ORDER BY id`;

/** Which sessions, as SQL. */
const WHICH = {
  ids: 's.id = ANY($4::text[])',
  idsOfPeer: 's.id = ANY($4::text[]) AND s.peer = $5',
  accounts: 's.account = ANY($4::text[])',
  peerOutsideDomains: 's.peer = $4 AND NOT s.domain = ANY($5::text[])',
} as const;

const STATEMENTS: Readonly<Record<keyof typeof WHICH, string>> = {
  ids: endWhere(WHICH.ids),
  idsOfPeer: endWhere(WHICH.idsOfPeer),
  accounts: endWhere(WHICH.accounts),
  peerOutsideDomains: endWhere(WHICH.peerOutsideDomains),
};

/** Ends those that are still live, and returns these. */
export async function endSessions(
  sql: Sql,
  which: { readonly [Kind in keyof typeof WHICH]: readonly [Kind, ...unknown[]] }[keyof typeof WHICH],
  cause: EndCause,
  reason: string | undefined,
): Promise<readonly EndedSession[]> {
  const [kind, ...parameters] = which;
  const rows = await sql.rows<Pick<EndedSession, 'id' | 'peer'>>(STATEMENTS[kind], [
    cause,
    reason ?? null,
    owesDisconnect(cause),
    ...parameters,
  ]);
  return rows.map(({ id, peer }) => ({ id, peer, cause }));
}

/** How those of `ids` ended that did. */
export function endsOf(sql: Sql, ids: readonly UserSessionID[]): Promise<readonly EndedSession[]> {
  return sql.rows<EndedSession>(
    'SELECT session_id AS id, peer, cause FROM session_history WHERE session_id = ANY($1)',
    [ids],
  );
}
