import { type EndCause, type EndedSession, owesDisconnect, type UserSessionID } from '@sap2/session-core';
import type { Sql } from './database.js';

/**
 * The one statement by which a user session ends, beside a login. It runs alone or in the transaction of the cause.
 * `session_end` deletes the live rows. It inserts the history, the event and the duty to inform the owner.
 *
 * Rows are locked in the order of ids, so two transactions that end the same sessions cannot block each other.
 * `which` sees the live session as `s` and its own parameters from $5 on.
 */
const endWhere = (which: string): string => `
  WITH doomed AS MATERIALIZED (
    SELECT s.id FROM live_session s WHERE ${which} ORDER BY s.id FOR UPDATE
  )
  SELECT id, peer FROM session_end(ARRAY(SELECT id FROM doomed), $1, $2, $3, $4)`;

/** Which sessions, as SQL. */
const WHICH = {
  ids: 's.id = ANY($5::text[])',
  idsOfPeer: 's.id = ANY($5::text[]) AND s.peer = $6',
  accounts: 's.account = ANY($5::text[])',
  peerOutsideDomains: 's.peer = $5 AND NOT s.domain = ANY($6::text[])',
} as const;

const STATEMENTS: Readonly<Record<keyof typeof WHICH, string>> = {
  ids: 'SELECT id, peer FROM session_end($5::text[], $1, $2, $3, $4)',
  idsOfPeer: endWhere(WHICH.idsOfPeer),
  accounts: endWhere(WHICH.accounts),
  peerOutsideDomains: endWhere(WHICH.peerOutsideDomains),
};

interface EndGrounds {
  /** For people, and kept. */
  readonly reason?: string | undefined;
  /** The administrator; undefined: the service or the owner. */
  readonly by?: string | undefined;
}

/** Ends those that are still live, and returns these. */
export async function endSessions(
  sql: Sql,
  which: { readonly [Kind in keyof typeof WHICH]: readonly [Kind, ...unknown[]] }[keyof typeof WHICH],
  cause: EndCause,
  { reason, by }: EndGrounds = {},
): Promise<readonly EndedSession[]> {
  const [kind, ...parameters] = which;
  const rows = await sql.rows<Pick<EndedSession, 'id' | 'peer'>>(STATEMENTS[kind], [
    cause,
    reason ?? null,
    owesDisconnect(cause),
    by ?? null,
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
