import type {
  Actor,
  ChangeOutcome,
  CreateOutcome,
  DeleteOutcome,
  User,
  UserBook,
} from '@sap2/administration';
import { type AccountID, type EndedSession, Ending, type ServiceID } from '@sap2/session-core';
import type { Sql, Transactions } from '../../database.js';
import { endSessions } from '../../ending.js';
import { writeEvents } from '../../events/write-events.js';
import { endedLately } from '../../standing.js';
import { administer, type Administration, asExpected } from '../administer.js';
import { rememberCreation } from '../creations.js';
import { FIRST_VERSION, states, USER_COLUMNS, userOf, type UserState } from '../../rows/account.row.js';
import type { UserCredentials } from './user-credentials.js';
import type { UserImport } from './user-import.js';
import { searchStatement } from './user-search.js';
import { auditedState, changedState, eventsOfUser, eventTypesOf, NO_USER } from './user-state.js';

/** A locked row: until the transaction ends, the user cannot log in and others cannot change it. */
interface LockedUser {
  readonly revision: number;
  readonly user: User;
  readonly state: UserState;
}

const SESSIONS_OF = (id: AccountID) => ['accounts', [id]] as const;

export class PostgresUsers implements UserBook {
  constructor(
    private readonly database: Transactions,
    private readonly credentials: UserCredentials,
    private readonly userImport: UserImport,
  ) {}

  readonly find: UserBook['find'] = async (id) => {
    const [row] = await this.database.rows(`SELECT ${USER_COLUMNS} FROM account WHERE id = $1`, [id]);
    return row && userOf(row);
  };

  readonly page: UserBook['page'] = async (request) =>
    (await this.database.rows(...searchStatement(request))).map(userOf);

  readonly peers: UserBook['peers'] = () => peersIn(this.database);

  readonly create: UserBook['create'] = async (actor, { id, domain, credentials, suspension }) => {
    const stored = await this.credentials.storedFor(id, credentials);
    const { state } = changedState(NO_USER, { suspension }, stored);
    return orRefusal(
      administer<CreateOutcome>(this.database, actor, async ({ sql, audit }) => {
        await rememberCreation(sql, actor, id);
        const [served] = await sql.rows('SELECT name FROM domain WHERE name = $1 FOR KEY SHARE', [domain]);
        if (served === undefined) throw new RefusedCreation('domain-not-served');
        const [row] = await sql.rows(CREATE, [id, domain, ...states.parametersOf(state)]);
        if (row === undefined) throw new RefusedCreation('exists');
        await writeEvents(sql, eventsOfUser({ id, domain }, ['user.created']));
        audit({ action: 'user.create', target: targetOf(id), after: auditedState(state) });
        return { kind: 'created', user: userOf(row) };
      }),
    );
  };

  readonly change: UserBook['change'] = async (actor, { id, action, change, expectedRevision }) => {
    const { credentials } = change;
    const stored = credentials && (await this.credentials.storedFor(id, credentials));
    return this.ending<ChangeOutcome>(actor, id, async ({ sql, audit }) => {
      const before = asExpected(await lock(sql, id), expectedRevision);
      if ('kind' in before) return before;
      const { state, isChanged, ends } = changedState(before.state, change, stored);
      if (!isChanged) return { kind: 'changed', user: before.user, ended: [] };
      await writeEvents(sql, eventsOfUser(before.user, eventTypesOf(before.state, state)));
      const reason = ends === 'account-suspended' ? state.suspendedReason : undefined;
      const ended =
        ends === undefined ? [] : await endSessions(sql, SESSIONS_OF(id), ends, { reason, by: actor.name });
      const [after] = await sql.rows(CHANGE, [id, ends !== undefined, ...states.parametersOf(state)]);
      audit({
        action,
        target: targetOf(id),
        before: auditedState(before.state),
        after: {
          ...auditedState(state),
          credentialsChanged: state.passwordHash !== before.state.passwordHash,
          endedSessions: ended.length,
        },
      });
      return after === undefined ? { kind: 'unknown' } : { kind: 'changed', user: userOf(after), ended };
    });
  };

  readonly delete: UserBook['delete'] = (actor, id, expectedRevision) =>
    this.ending<DeleteOutcome>(actor, id, async ({ sql, audit }) => {
      const before = asExpected(await lock(sql, id), expectedRevision);
      if ('kind' in before) return before;
      // First the sessions: no account goes while it has any (foreign key).
      const ended = await endSessions(sql, SESSIONS_OF(id), 'account-deleted', { by: actor.name });
      await writeEvents(sql, eventsOfUser(before.user, ['user.deleted']));
      await sql.rows('DELETE FROM account WHERE id = $1', [id]);
      const gone = { ...auditedState(before.state), endedSessions: ended.length };
      audit({ action: 'user.delete', target: targetOf(id), before: gone });
      return { kind: 'deleted', ended };
    });

  readonly endSessions: UserBook['endSessions'] = async (actor, id, reason) => {
    type Outcome = { readonly ended: readonly EndedSession[] } | undefined;
    const ending = await this.ending<Outcome>(actor, id, async ({ sql, audit }) => {
      if ((await lock(sql, id)) === undefined) return undefined;
      const ended = await endSessions(sql, SESSIONS_OF(id), 'administrator', { reason, by: actor.name });
      const after = { endedSessions: ended.length, reason };
      audit({ action: 'user.end-sessions', target: targetOf(id), after });
      return { ended };
    });
    return ending.map((outcome) => outcome?.ended);
  };

  readonly recordUnlock: UserBook['recordUnlock'] = (actor, id) =>
    administer(this.database, actor, async ({ sql, audit }) => {
      const [user] = await sql.rows('SELECT id FROM account WHERE id = $1', [id]);
      if (user === undefined) return undefined;
      audit({ action: 'user.unlock', target: targetOf(id) });
      return peersIn(sql);
    });

  readonly importBatch: UserBook['importBatch'] = (actor, batch, how) =>
    this.userImport.apply(actor, batch, how);

  /** With the last ends of the account, for an act that is repeated since its first answer was lost. */
  private ending<T extends object | undefined>(
    actor: Actor,
    id: AccountID,
    work: (administration: Administration) => Promise<T>,
  ): Promise<Ending<T>> {
    return administer(this.database, actor, async (administration) => {
      const endedBefore = await endedLately(administration.sql, id);
      const outcome = await work(administration);
      const { ended } = { ended: [], ...outcome } as { readonly ended: readonly EndedSession[] };
      return new Ending(outcome, { ended, endedBefore });
    });
  }
}

/** Undoes the transaction, and with it the note that the creation's key is used. */
class RefusedCreation extends Error {
  constructor(readonly kind: Exclude<CreateOutcome['kind'], 'created'>) {
    super(kind);
  }
}

async function orRefusal(creation: Promise<CreateOutcome>): Promise<CreateOutcome> {
  try {
    return await creation;
  } catch (error) {
    if (error instanceof RefusedCreation) return { kind: error.kind };
    throw error;
  }
}

const targetOf = (id: AccountID): string => `user ${id}`;

async function peersIn(sql: Sql): Promise<readonly ServiceID[]> {
  const peers = await sql.rows<{ peer: ServiceID }>('SELECT service_id AS peer FROM agreement');
  return peers.map(({ peer }) => peer);
}

async function lock(sql: Sql, id: AccountID): Promise<LockedUser | undefined> {
  const [row] = await sql.rows(LOCK, [id]);
  const user = row && userOf(row);
  return user && { revision: user.revision, user, state: states.thingOf(row) };
}

const LOCK = `SELECT ${USER_COLUMNS}, ${states.names} FROM account WHERE id = $1 FOR UPDATE`;

const CREATE = `
  INSERT INTO account (id, domain, version, ${states.names})
  VALUES ($1, $2, ${FIRST_VERSION}, ${states.values(3)})
  ON CONFLICT (id) DO NOTHING RETURNING ${USER_COLUMNS}`;

const CHANGE = `
  UPDATE account SET version = version + $2::boolean::integer, (${states.names}) = ROW (${states.values(3)}),
    revision = revision + 1, updated_at = now()
  WHERE id = $1 RETURNING ${USER_COLUMNS}`;
