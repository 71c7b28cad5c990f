import type { PastSession, SessionBook } from '@sap2/administration';
import { Ending, type UserSession, type UserSessionID } from '@sap2/session-core';
import type { Database } from '../../database.js';
import { endSessions, endsOf } from '../../ending.js';
import { ColumnMap } from '../../rows/column-map.js';
import { clientOf, sessionOf } from '../../rows/live-session.row.js';
import { administer } from '../administer.js';
import { pageOfHistory, pageOfSessions, sessionsMatching } from './session-statements.js';

interface WithPosition {
  readonly position: string;
}

export class PostgresSessions implements SessionBook {
  constructor(private readonly database: Database) {}

  readonly page: SessionBook['page'] = async (filter, after, limit) => {
    const rows = await this.database.rows<Pick<UserSession, 'id'> & WithPosition>(
      ...pageOfSessions(filter, after, limit),
    );
    return rows.map((row) => ({ session: sessionOf(row), position: [row.position, row.id] }));
  };

  readonly count: SessionBook['count'] = async (filter) => {
    const { sql, parameters } = sessionsMatching(filter);
    const [row] = await this.database.rows<{ count: string }>(
      `SELECT count(*) FROM live_session s WHERE ${sql}`,
      parameters,
    );
    return Number(row?.count);
  };

  readonly end: SessionBook['end'] = async (actor, id) =>
    administer(this.database, actor, async ({ sql, audit }) => {
      const [session] = await sql.rows<Pick<UserSession, 'account' | 'peer'>>(
        'SELECT account, peer FROM live_session WHERE id = $1 FOR UPDATE',
        [id],
      );
      if (session === undefined)
        return new Ending(undefined, { ended: [], endedBefore: await endsOf(sql, [id]) });
      const [ended] = await endSessions(sql, ['ids', [id]], 'administrator', { by: actor.name });
      // Without the id: a reader of the audit could use it.
      audit({ action: 'session.end', target: `user ${session.account}`, before: { peer: session.peer } });
      return new Ending(ended, { ended: ended === undefined ? [] : [ended] });
    });

  readonly history: SessionBook['history'] = async (filter, after, limit) => {
    const rows = await this.database.rows<WithPosition>(...pageOfHistory(filter, after, limit));
    return rows.map(pastSessionOf);
  };
}

type Past = Omit<PastSession, 'id' | 'position'> & { readonly sessionID: UserSessionID };

const history = new ColumnMap<Past>({
  sessionID: 'text',
  account: 'text',
  domain: 'text',
  userID: 'text',
  client: 'jsonb',
  peer: 'text',
  cspVersion: 'text',
  sapEpoch: 'text',
  startedAtMs: 'timestamptz',
  endedAtMs: 'timestamptz',
  cause: 'text',
  reason: 'text',
});

function pastSessionOf(row: WithPosition): PastSession {
  const { sessionID: id, client, ...past } = history.thingOf(row);
  return { id, ...past, client: clientOf(client), position: [row.position, id] };
}
