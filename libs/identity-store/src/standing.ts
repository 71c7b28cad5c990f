import type { AccountID, EndedSession, UserSession } from '@sap2/session-core';
import { IN_FORCE } from './agreement-locks.js';
import type { Sql } from './database.js';

/** Longer than the longest pause of the reconciliation, which brings missed ends to the live store. */
const LATELY_S = 7_200;
/** More sessions of a user than one crash can leave behind. A limit, because a user may log in all the time. */
const MAX_ENDED_LATELY = 100;

/** What a login has to know besides the account's live sessions. */
export interface Standing {
  /** The agreement is in force, for the domain too. */
  readonly isEntitled: boolean;
  /** The account's last ends. */
  readonly endedBefore: readonly EndedSession[];
}

export async function standingOf(sql: Sql, { peer, domain, account }: UserSession): Promise<Standing> {
  const [standing] = await sql.rows<Standing>(STANDING, [peer, domain, account, LATELY_S, MAX_ENDED_LATELY]);
  return standing ?? { isEntitled: false, endedBefore: [] };
}

/** The account's last ends, as SQL that sees it as `$account`. */
const lately = (account: string, withinS: string, limit: string): string => `
  SELECT session_id AS id, peer, cause FROM session_history
  WHERE account = ${account} AND ended_at > now() - make_interval(secs => ${withinS})
  ORDER BY ended_at DESC, session_id DESC LIMIT ${limit}`;

/** A repeated act ends nothing. But the first process may have died before it informed the live store. */
export function endedLately(sql: Sql, account: AccountID): Promise<readonly EndedSession[]> {
  return sql.rows<EndedSession>(lately('$1', '$2', '$3'), [account, LATELY_S, MAX_ENDED_LATELY]);
}

export const STANDING = `
  SELECT
    EXISTS (
      SELECT FROM agreement a JOIN agreement_domain d USING (service_id)
      WHERE a.service_id = $1 AND d.domain = $2 AND ${IN_FORCE}
    ) AS "isEntitled",
    coalesce((
      SELECT jsonb_agg(to_jsonb(lately)) FROM (${lately('$3', '$4', '$5')}) lately
    ), '[]') AS "endedBefore"`;
