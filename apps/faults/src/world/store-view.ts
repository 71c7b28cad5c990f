import { Redis } from 'ioredis';
import { Client } from 'pg';
import type { Closing, Sample } from '../history/history.js';

const SHARDS = 16;

/** The most live sessions of any one user, and of any one user and client, at one instant. */
const CROWD = `
local users, clients, most, same = {}, {}, 0, 0
for _, key in ipairs(redis.call('KEYS', 'sap2:{*}:session:*')) do
  local account, client, state = unpack(redis.call('HMGET', key, 'account', 'client', 'state'))
  if account and state == 'live' then
    local pair = account .. ' ' .. (client or '')
    users[account] = (users[account] or 0) + 1
    clients[pair] = (clients[pair] or 0) + 1
    most = math.max(most, users[account])
    same = math.max(same, clients[pair])
  end
end
return { most, same }`;

/** Looks into both stores past the service. */
export class StoreView {
  private constructor(
    private readonly postgres: Client,
    private readonly redis: Redis,
  ) {}

  static async open(databaseUrl: string, redisUrl: string): Promise<StoreView> {
    const postgres = new Client({ connectionString: databaseUrl });
    // The server goes away while it is looked at; the pending call tells.
    postgres.on('error', () => undefined);
    await postgres.connect();
    const redis = new Redis(redisUrl, { disconnectTimeout: 0, retryStrategy: () => null });
    redis.on('error', () => undefined);
    return new StoreView(postgres, redis);
  }

  async close(): Promise<void> {
    this.redis.disconnect();
    await this.postgres.end();
  }

  async rows<Row extends object>(statement: string, values: readonly unknown[] = []): Promise<Row[]> {
    return (await this.postgres.query<Row>(statement, [...values])).rows;
  }

  async count(statement: string): Promise<number> {
    const [row] = await this.rows<{ count: string }>(statement);
    return Number(row?.count);
  }

  /** V6 in each store. */
  async sample(): Promise<readonly Sample[]> {
    const [row] = await this.rows<{ per_user: string; per_client: string }>(
      `SELECT coalesce(max(of_user), 0) AS per_user, coalesce(max(of_client), 0) AS per_client FROM (
         SELECT sum(count(*)) OVER (PARTITION BY account) AS of_user, count(*) AS of_client
         FROM live_session GROUP BY account, client_key) AS crowd`,
    );
    const [most = 0, same = 0] = (await this.redis.eval(CROWD, 0)) as number[];
    const atMs = Date.now();
    return [
      { store: 'postgresql', atMs, perUser: Number(row?.per_user), perClient: Number(row?.per_client) },
      { store: 'redis', atMs, perUser: most, perClient: same },
    ];
  }

  async closing(): Promise<Closing> {
    const redisSessions = (await this.redis.keys('sap2:{*}:session:*')).map((key) =>
      key.replace(/^.*:/u, ''),
    );
    const deadlines = await Promise.all(
      Array.from({ length: SHARDS }, (_, shard) =>
        this.redis.zrange(`sap2:{${String(shard).padStart(2, '0')}}:deadlines`, '0', '-1'),
      ),
    );
    // One picture of all tables.
    await this.rows('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const tables = {
      live: await this.rows<Closing['live'][number]>(
        'SELECT id, peer, origin_transaction_id AS "transactionID" FROM live_session',
      ),
      ended: await this.rows<Closing['ended'][number]>(
        'SELECT session_id AS id, peer, cause FROM session_history',
      ),
      outbox: await this.rows<Closing['outbox'][number]>(
        'SELECT session_id AS id, peer, transaction_id AS "transactionID", state FROM disconnect_outbox',
      ),
    };
    await this.rows('COMMIT');
    return { ...tables, redisSessions, redisDeadlines: deadlines.flat() };
  }

  /** How it stands with telling the owners of these sessions, in no order. */
  async deliveryStates(ids: readonly string[]): Promise<readonly string[]> {
    const statement = 'SELECT state FROM disconnect_outbox WHERE session_id = ANY ($1)';
    return (await this.rows<{ state: string }>(statement, [ids])).map(({ state }) => state);
  }

  /** Everything in the tables that administrators read: the audit, and why attempts failed. */
  async writings(): Promise<string> {
    const errors = await this.rows('SELECT last_error, reason FROM disconnect_outbox');
    const entries = await this.rows('SELECT * FROM audit_entry');
    return JSON.stringify([errors, entries]);
  }
}
