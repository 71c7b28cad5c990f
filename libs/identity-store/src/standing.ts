import type { AccountID, EndedSession } from '@sap2/session-core';
import type { Sql } from './database.js';

/** Longer than the longest pause of the reconciliation, which brings missed ends to the live store. */
export const LATELY_S = 7_200;
/** More sessions of a user than one crash can leave behind. A limit, because a user may log in all the time. */
export const MAX_ENDED_LATELY = 100;

/** A repeated act ends nothing. But the first process may have died before it informed the live store. */
export function endedLately(sql: Sql, account: AccountID): Promise<readonly EndedSession[]> {
  return sql.rows<EndedSession>(
    `SELECT session_id AS id, peer, cause FROM session_history
     WHERE account = $1 AND ended_at > now() - make_interval(secs => $2)
     ORDER BY ended_at DESC, session_id DESC LIMIT $3`,
    [account, LATELY_S, MAX_ENDED_LATELY],
  );
}
