import { randomBytes } from 'node:crypto';
import { type AccountID, newUserSessionID, type UserSessionID } from '@sap2/session-core';
import { Client } from 'pg';

const ROWS_AT_ONCE = 5_000;
const HISTORY_AT_ONCE = 100_000;

export interface Owed {
  readonly id: string;
  readonly state: string;
}

/** PostgreSQL, filled at once with what would take hours of logins. */
export class Ledger {
  private constructor(private readonly client: Client) {}

  static async connect(url: string): Promise<Ledger> {
    const client = new Client({ connectionString: url });
    await client.connect();
    return new Ledger(client);
  }

  /**
   * Makes an account with one session for each of `count`. The live store does not have these sessions. They are so
   * old that the reconciliation ignores them.
   */
  async addSessions(name: string, peer: string, count: number): Promise<readonly UserSessionID[]> {
    const all: UserSessionID[] = [];
    while (all.length < count) {
      const first = all.length;
      const length = Math.min(ROWS_AT_ONCE, count - first);
      const accounts = Array.from({ length }, (_, i) => `wv:${name}-${first + i}@provider.example`);
      const ids = accounts.map((account) =>
        newUserSessionID(account as AccountID, { bytes: randomBytes, fraction }),
      );
      await this.client.query(ADD_ACCOUNTS, [accounts]);
      await this.client.query(ADD_SESSIONS, [ids, accounts, peer]);
      all.push(...ids);
    }
    await this.client.query('VACUUM ANALYZE account, live_session');
    return all;
  }

  /** The ended sessions of these numbers, each with the disconnect that its owner acknowledged, unless the owner logged out itself. */
  async addHistory(peer: string, from: number, count: number): Promise<void> {
    for (let first = from; first < count; first += HISTORY_AT_ONCE) {
      const last = Math.min(count, first + HISTORY_AT_ONCE) - 1;
      await this.client.query(ADD_HISTORY, [first, last, peer]);
    }
    await this.client.query('VACUUM ANALYZE session_history, disconnect_outbox');
  }

  /** How often a table, or a partition of it, was read whole, as PostgreSQL counts it. */
  async sequentialScans(tables: readonly string[]): Promise<number> {
    return this.count(
      `SELECT coalesce(sum(seq_scan), 0) AS count FROM pg_stat_user_tables
       WHERE relname = ANY($1) OR relname ~ ANY(SELECT '^' || name || '_[0-9d]' FROM unnest($1::text[]) AS name)`,
      [tables],
    );
  }

  /** Transactions so far, those of a single statement too, as PostgreSQL counts them. */
  async commits(): Promise<number> {
    return this.count('SELECT xact_commit AS count FROM pg_stat_database WHERE datname = current_database()');
  }

  async installationID(): Promise<string> {
    const { rows } = await this.client.query<{ id: string }>('SELECT id FROM installation');
    return rows[0]?.id ?? '';
  }

  auditEntries(): Promise<number> {
    return this.count('SELECT count(*) FROM audit_entry');
  }

  async countLive(): Promise<number> {
    return this.count('SELECT count(*) FROM live_session');
  }

  /** With its indexes. */
  async bytesOf(table: string): Promise<number> {
    return this.count('SELECT pg_total_relation_size($1::regclass) AS count', [table]);
  }

  async countInEpoch(epoch: string): Promise<number> {
    return this.count('SELECT count(*) FROM live_session WHERE sap_epoch = $1', [epoch]);
  }

  /** Sessions that ended, whyever. */
  async countEnded(): Promise<number> {
    return this.count('SELECT count(*) FROM session_history');
  }

  async countOwedDisconnects(peer: string): Promise<number> {
    return this.count('SELECT count(*) FROM disconnect_outbox WHERE peer = $1', [peer]);
  }

  /** What is or was due to a peer, oldest first. */
  async disconnectsOf(peer: string): Promise<readonly Owed[]> {
    const { rows } = await this.client.query<Owed>(
      'SELECT session_id AS id, state FROM disconnect_outbox WHERE peer = $1 ORDER BY created_at, id',
      [peer],
    );
    return rows;
  }

  async close(): Promise<void> {
    await this.client.end();
  }

  private async count(statement: string, parameters: readonly unknown[] = []): Promise<number> {
    const { rows } = await this.client.query<{ count: string }>(statement, [...parameters]);
    return Number(rows[0]?.count);
  }
}

const fraction = (): number => randomBytes(4).readUInt32BE() / 2 ** 32;

const ADD_ACCOUNTS = `
  INSERT INTO account (id, domain, password_hash)
  SELECT id, 'provider.example', 'no password opens it' FROM unnest($1::text[]) AS id`;

const ADD_SESSIONS = `
  INSERT INTO live_session
    (id, account, domain, user_id, client, client_key, peer, keep_alive_time_s, csp_version, agreed_services,
     origin_transaction_id, started_at, opened_at)
  SELECT id, account, 'provider.example', account, '{"url": "phone-1@handset"}', 'phone-1', $3, 3600, '1.3', '{}', id, now(),
    now() - interval '1 day'
  FROM unnest($1::text[], $2::text[]) AS s (id, account)`;

const ADD_HISTORY = `
  WITH ended AS (
    INSERT INTO session_history
      (session_id, account, domain, user_id, client, peer, csp_version, started_at, ended_at, cause)
    SELECT '00' || md5(n::text || $3), account, 'provider.example', account, '{"url": "phone-1@handset"}', $3, '1.3',
      at - interval '1 hour', at, CASE n % 3 WHEN 0 THEN 'logout' WHEN 1 THEN 'expired' ELSE 'administrator' END
    FROM generate_series($1::int, $2::int) AS n,
      LATERAL (SELECT now() - n * interval '100 milliseconds' AS at, 'wv:user-2000-' || n % 2000 || '@provider.example' AS account) AS a
    RETURNING session_id, user_id, client, cause, ended_at
  )
  INSERT INTO disconnect_outbox (transaction_id, peer, session_id, user_id, client, cause, state, created_at, settled_at)
  SELECT 'd-' || session_id, $3, session_id, user_id, client, cause, 'acknowledged', ended_at, ended_at
  FROM ended WHERE cause <> 'logout'`;
