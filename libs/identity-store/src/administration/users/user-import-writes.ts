import type { ImportStatus, NewUser } from '@sap2/administration';
import type { EventType, NewEvent } from '@sap2/event-feed';
import type { AccountID, EndCause, EndedSession } from '@sap2/session-core';
import type { Sql } from '../../database.js';
import { endSessions } from '../../ending.js';
import { writeEvents } from '../../events/write-events.js';
import { FIRST_VERSION, states, type UserState } from '../../rows/account.row.js';
import { eventsOfUser } from './user-state.js';

/** What is to become of one user of an import. */
export interface PlannedUser {
  readonly user: NewUser;
  readonly status: ImportStatus;
  /** Of the row that the plan was made from; undefined: there was no row. */
  readonly revision: number | undefined;
  readonly state: UserState;
  readonly ends: EndCause | undefined;
  /** What readers of events learn when it is written. */
  readonly events: readonly EventType[];
}

interface WrittenUsers {
  readonly created: readonly AccountID[];
  readonly changed: readonly AccountID[];
  readonly ended: readonly EndedSession[];
}

/**
 * Writes the users whose plan still fits their rows; the others are in neither list. Locks domains, then accounts, then
 * sessions, each in the order of names, so no deadlock is possible.
 */
export async function writePlanned(
  sql: Sql,
  planned: readonly PlannedUser[],
  by: string,
): Promise<WrittenUsers> {
  const wanted = JSON.stringify(planned.map(rowOf));
  await sql.rows(LOCK_DOMAINS, [planned.map(({ user }) => user.domain)]);
  const locked = await sql.rows<{ id: AccountID }>(LOCK_ACCOUNTS, [wanted]);
  const changing = new Set(locked.map(({ id }) => id));
  const toChange = planned.filter(({ user }) => changing.has(user.id));
  await writeEvents(sql, eventsOf(toChange));
  const ended = await endSessionsOf(sql, toChange, by);
  const changed = await sql.rows<{ id: AccountID }>(CHANGE, [wanted, [...changing]]);
  const created = await sql.rows<{ id: AccountID }>(CREATE, [wanted]);
  const isNew = new Set(created.map(({ id }) => id));
  await writeEvents(sql, eventsOf(planned.filter(({ user }) => isNew.has(user.id))));
  return { created: [...isNew], changed: changed.map(({ id }) => id), ended };
}

const eventsOf = (planned: readonly PlannedUser[]): readonly NewEvent[] =>
  planned.flatMap(({ user, events }) => eventsOfUser(user, events));

async function endSessionsOf(
  sql: Sql,
  planned: readonly PlannedUser[],
  by: string,
): Promise<readonly EndedSession[]> {
  const ending = planned.filter(({ ends }) => ends !== undefined);
  const causes = [...new Set(ending.map(({ ends }) => ends))].filter((cause) => cause !== undefined);
  // One statement locks in order; so that several do, all sessions are locked first.
  if (causes.length > 1) await sql.rows(LOCK_SESSIONS, [ending.map(({ user }) => user.id)]);
  const ended: EndedSession[] = [];
  for (const cause of causes) {
    const accounts = ending.filter(({ ends }) => ends === cause).map(({ user }) => user.id);
    ended.push(...(await endSessions(sql, ['accounts', accounts], cause, { by })));
  }
  return ended;
}

const rowOf = ({ user, revision, state, ends }: PlannedUser): object => ({
  id: user.id,
  domain: user.domain,
  revision,
  ends: ends !== undefined,
  ...states.rowOf(state),
});

const WANTED = `jsonb_to_recordset($1) AS wanted (id text, domain text, revision integer, ends boolean, ${states.definitions})`;

const LOCK_DOMAINS = 'SELECT name FROM domain WHERE name = ANY ($1) ORDER BY name FOR KEY SHARE';

const LOCK_ACCOUNTS = `
  SELECT account.id FROM account JOIN ${WANTED} ON account.id = wanted.id AND account.revision = wanted.revision
  ORDER BY account.id FOR UPDATE OF account`;

const LOCK_SESSIONS = 'SELECT id FROM live_session WHERE account = ANY ($1) ORDER BY id FOR UPDATE';

const CHANGE = `
  UPDATE account SET version = account.version + wanted.ends::integer, (${states.names}) = ROW (${states.namesIn('wanted')}),
    revision = account.revision + 1, updated_at = now()
  FROM ${WANTED} WHERE account.id = wanted.id AND account.id = ANY ($2) RETURNING account.id`;

const CREATE = `
  INSERT INTO account (id, domain, version, ${states.names})
  SELECT wanted.id, wanted.domain, ${FIRST_VERSION}, ${states.names}
  FROM ${WANTED} JOIN domain ON domain.name = wanted.domain
  WHERE wanted.revision IS NULL ORDER BY wanted.id
  ON CONFLICT (id) DO NOTHING RETURNING id`;
