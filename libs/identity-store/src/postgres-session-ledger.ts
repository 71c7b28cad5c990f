import {
  type EndCause,
  type EndedSession,
  Ending,
  type FunctionName,
  type Grant,
  type OpenOutcome,
  type SecondLoginPolicy,
  type ServiceID,
  type SessionBirth,
  type SessionLedger,
  type SessionPageRequest,
  type ShutOut,
  type UserSession,
  type UserSessionID,
} from '@sap2/session-core';
import { runningShutOuts } from './administration/agreements/agreement-end.js';
import type { Database } from './database.js';
import { endSessions } from './ending.js';
import { rowOf, sessionOf } from './rows/live-session.row.js';
import { LATELY_S, MAX_ENDED_LATELY } from './standing.js';
import { LedgerUnavailableError } from './store-failure.js';

/** One `end`: short transactions, and no answer larger than a peer's message may hold. */
const MAX_ENDED_AT_ONCE = 500;

/** Births younger than this may still be on their way to the live store. */
const SETTLED_AFTER_S = 10;

/** Sorts before every session id. */
const BEFORE_ALL = '';

const SHARD_CHARACTERS = 2;

export class PostgresSessionLedger implements SessionLedger {
  constructor(private readonly database: Database) {}

  /** One call of `session_open`: the function takes the locks, decides, ends and inserts (ssp-binding §4.1). */
  async open(birth: SessionBirth, policy: SecondLoginPolicy): Promise<Ending<OpenOutcome>> {
    const { sameClient, sessionsPerUser, overLimit } = policy;
    const [opening] = await this.database.rows<Opening>(
      'SELECT kind, live, ended, ended_before FROM session_open($1, $2, $3, $4, $5, $6, $7)',
      [
        rowOf(birth),
        birth.accountVersion,
        sameClient,
        sessionsPerUser,
        overLimit,
        LATELY_S,
        MAX_ENDED_LATELY,
      ],
    );
    const outcome = outcomeOf(birth, opening);
    return new Ending(outcome, { ended: [], endedBefore: [], ...outcome });
  }

  async end(
    ids: readonly UserSessionID[],
    cause: EndCause,
    by: { readonly reason: string | undefined; readonly onlyOwnedBy: ServiceID | undefined },
  ): Promise<Ending<readonly EndedSession[]>> {
    if (ids.length > MAX_ENDED_AT_ONCE) throw new RangeError(`At most ${MAX_ENDED_AT_ONCE} sessions a call`);
    if (ids.length === 0) return Ending.of([]);
    const which =
      by.onlyOwnedBy === undefined ? (['ids', ids] as const) : (['idsOfPeer', ids, by.onlyOwnedBy] as const);
    return Ending.of(await endSessions(this.database, which, cause, { reason: by.reason }));
  }

  async find(id: UserSessionID): Promise<UserSession | undefined> {
    const [row] = await this.database.rows('SELECT * FROM live_session WHERE id = $1', [id]);
    return row && sessionOf(row);
  }

  page({ after, limit, account, peer }: SessionPageRequest): Promise<readonly UserSession[]> {
    const filters = Object.entries({ account, peer }).filter(([, value]) => value !== undefined);
    const where = filters.map(([column], i) => ` AND ${column} = $${i + 3}`).join('');
    return this.sessions(`id > $1${where}`, after, limit, ...filters.map(([, value]) => value));
  }

  pageOfShard(
    shard: number,
    after: UserSessionID | undefined,
    limit: number,
  ): Promise<readonly UserSession[]> {
    const prefix = (n: number): string => String(n).padStart(SHARD_CHARACTERS, '0');
    return this.sessions('id > $1 AND id >= $3 AND id < $4', after, limit, prefix(shard), prefix(shard + 1));
  }

  bornWithin(
    withinS: number,
    after: UserSessionID | undefined,
    limit: number,
  ): Promise<readonly UserSession[]> {
    return this.sessions(
      `id > $1 AND opened_at > now() - make_interval(secs => $3) AND opened_at <= now() - make_interval(secs => $4)`,
      after,
      limit,
      withinS,
      SETTLED_AFTER_S,
    );
  }

  endedWithin(
    withinS: number,
    after: UserSessionID | undefined,
    limit: number,
  ): Promise<readonly EndedSession[]> {
    return this.database.rows<EndedSession>(
      `SELECT session_id AS id, peer, cause FROM session_history
       WHERE session_id > $1 AND ended_at > now() - make_interval(secs => $3) ORDER BY session_id LIMIT $2`,
      [after ?? BEFORE_ALL, limit, withinS],
    );
  }

  async agreeServices(id: UserSessionID, agreed: readonly FunctionName[]): Promise<boolean> {
    const changed = await this.database.rows(AGREE_SERVICES, [id, agreed]);
    return changed.length > 0;
  }

  async resume(
    id: UserSessionID,
    particulars: Pick<UserSession, 'keepAliveTimeS' | 'sapEpoch' | 'sessionCookie' | 'capabilityList'>,
  ): Promise<boolean> {
    const changed = await this.database.rows(RESUME, [
      id,
      particulars.keepAliveTimeS,
      particulars.sapEpoch ?? null,
      particulars.sessionCookie ?? null,
      particulars.capabilityList ?? null,
    ]);
    return changed.length > 0;
  }

  async recordGrants(grants: readonly Grant[]): Promise<void> {
    if (grants.length === 0) return;
    await this.database.rows(RECORD_GRANTS, [
      grants.map(({ id }) => id),
      grants.map(({ keepAliveTimeS }) => keepAliveTimeS),
      grants.map(({ sapEpoch }) => sapEpoch ?? null),
    ]);
  }

  shutOut(): Promise<readonly ShutOut[]> {
    return runningShutOuts(this.database);
  }

  async countLive(): Promise<number> {
    const [row] = await this.database.rows<{ count: string }>('SELECT count(*) AS count FROM live_session');
    return Number(row?.count);
  }

  async liveAmong(ids: readonly UserSessionID[]): Promise<ReadonlySet<UserSessionID>> {
    const rows = await this.database.rows<{ id: UserSessionID }>(
      'SELECT id FROM live_session WHERE id = ANY ($1)',
      [ids],
    );
    return new Set(rows.map(({ id }) => id));
  }

  private async sessions(
    where: string,
    after: UserSessionID | undefined,
    limit: number,
    ...parameters: readonly unknown[]
  ): Promise<readonly UserSession[]> {
    const rows = await this.database.rows(`SELECT * FROM live_session WHERE ${where} ORDER BY id LIMIT $2`, [
      after ?? BEFORE_ALL,
      limit,
      ...parameters,
    ]);
    return rows.map(sessionOf);
  }
}

/** What `session_open` returns. */
interface Opening {
  readonly kind: OpenOutcome['kind'] | 'agreement-ending';
  readonly live: object | null;
  readonly ended: readonly EndedSession[];
  readonly ended_before: readonly EndedSession[];
}

function outcomeOf({ session }: SessionBirth, opening: Opening | undefined): OpenOutcome {
  if (opening === undefined || opening.kind === 'agreement-ending') {
    throw new LedgerUnavailableError('the agreement is being ended', undefined);
  }
  const { kind, live, ended, ended_before: endedBefore } = opening;
  if (kind === 'opened') return { kind, session, ended, endedBefore };
  if (kind === 'repeated') return { kind, session: sessionOf(live ?? {}), endedBefore };
  return { kind };
}

/** Locks in the order of ids, like everything that ends sessions: see `ending.ts`. What is there already is not written again. */
const RECORD_GRANTS = `
  WITH grants AS MATERIALIZED (
    SELECT * FROM unnest($1::text[], $2::integer[], $3::text[]) AS g (id, keep_alive_time_s, sap_epoch)
  ), changed AS MATERIALIZED (
    SELECT s.id FROM live_session s JOIN grants g USING (id)
    WHERE (s.keep_alive_time_s, s.sap_epoch) IS DISTINCT FROM (g.keep_alive_time_s, g.sap_epoch)
    ORDER BY s.id FOR NO KEY UPDATE OF s
  )
  UPDATE live_session s SET keep_alive_time_s = g.keep_alive_time_s, sap_epoch = g.sap_epoch
  FROM grants g JOIN changed USING (id) WHERE s.id = g.id`;

const EVENT_OF = 'INSERT INTO event_inbox (type, domain, account, session_id, client, peer, data)';

/** The same services again are no event. */
const AGREE_SERVICES = `
  WITH before AS MATERIALIZED (
    SELECT id, agreed_services FROM live_session WHERE id = $1 FOR NO KEY UPDATE
  ), changed AS (
    UPDATE live_session s SET agreed_services = $2 FROM before WHERE s.id = before.id RETURNING s.*
  ), happened AS (
    ${EVENT_OF}
    SELECT 'session.services-changed', c.domain, c.account, c.id, c.client, c.peer,
      jsonb_build_object('functions', c.agreed_services)
    FROM changed c JOIN before USING (id) WHERE before.agreed_services <> c.agreed_services
  )
  SELECT id FROM changed`;

const RESUME = `
  WITH changed AS (
    UPDATE live_session SET keep_alive_time_s = $2, sap_epoch = $3, session_cookie = $4, capability_list = $5
    WHERE id = $1 RETURNING *
  ), happened AS (
    ${EVENT_OF}
    SELECT 'session.resumed', c.domain, c.account, c.id, c.client, c.peer, '{}'::jsonb FROM changed c
  )
  SELECT id FROM changed`;
