import type { ListPosition } from '@sap2/administration';
import type { LiveSessionQuery, SnapshotReader } from '@sap2/event-feed';
import type { Domain, UserSession } from '@sap2/session-core';
import { pageOfSessions } from '../administration/sessions/session-statements.js';
import type { Database, Sql } from '../database.js';
import { sessionOf } from '../rows/live-session.row.js';
import { numberAll } from './postgres-event-feed.js';

const PAGE = 500;
/** A snapshot keeps old row versions in the database. So the service waits no longer for a reader that stops. */
const LONGEST_SILENCE = `SET LOCAL idle_in_transaction_session_timeout = '30s'`;

export class PostgresLiveSessionQuery implements LiveSessionQuery {
  constructor(private readonly database: Database) {}

  readonly byID: LiveSessionQuery['byID'] = (ids) => this.among('id', ids);

  readonly byAccount: LiveSessionQuery['byAccount'] = (accounts) => this.among('account', accounts);

  readonly snapshot: LiveSessionQuery['snapshot'] = async (domain, reader) => {
    await numberAll(this.database);
    await this.database.longTransaction(async (sql) => {
      await sql.rows('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
      const position = await this.takeMoment(sql);
      await sql.rows(LONGEST_SILENCE);
      await reader.begin(position);
      await readAll(sql, domain, reader);
    });
  };

  /**
   * Gives the transaction `sql` the state of one moment, and returns the position of that moment. The lock comes before
   * the first snapshot of its transaction. So each event that the snapshot shows has a position afterwards, and no other.
   */
  private takeMoment(sql: Sql): Promise<bigint> {
    return this.database.transaction(async (numbering) => {
      await numbering.rows('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
      await numbering.rows('LOCK TABLE event_head IN EXCLUSIVE MODE');
      await numberAll(numbering);
      const [moment] = await numbering.rows<{ last: string; snapshot: string }>(
        'SELECT last, pg_export_snapshot() AS snapshot FROM event_head',
      );
      if (moment === undefined) throw new Error('The table "event_head" is empty: restore its one row.');
      // The name comes from PostgreSQL, and this statement takes no parameters.
      await sql.rows(`SET TRANSACTION SNAPSHOT '${moment.snapshot}'`);
      return BigInt(moment.last);
    });
  }

  private async among(column: 'id' | 'account', values: readonly string[]): Promise<readonly UserSession[]> {
    const rows = await this.database.rows(
      `SELECT * FROM live_session WHERE ${column} = ANY ($1) ORDER BY id`,
      [values],
    );
    return rows.map(sessionOf);
  }
}

async function readAll(sql: Sql, domain: Domain | undefined, reader: SnapshotReader): Promise<void> {
  let after: ListPosition | undefined;
  for (;;) {
    const [text, parameters] = pageOfSessions({ domain }, after, PAGE);
    const rows = await sql.rows<{ id: string; position: string }>(text, parameters);
    if (rows.length > 0) await reader.page(rows.map(sessionOf));
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = [last.position, last.id];
  }
}
