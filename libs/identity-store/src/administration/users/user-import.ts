import type { Actor, ImportedBatch, ImportStatus, NewUser } from '@sap2/administration';
import { type AccountID, type EndedSession, Ending, type StoredCredentials } from '@sap2/session-core';
import type { Sql, Transactions } from '../../database.js';
import { administer } from '../administer.js';
import { states, type UserState } from '../../rows/account.row.js';
import type { UserCredentials } from './user-credentials.js';
import { type PlannedUser, writePlanned } from './user-import-writes.js';
import { changedState, eventTypesOf, NO_USER } from './user-state.js';

/** Another request may change a user between our read and our write, but hardly ever three times. */
const ROUNDS = 3;

type StoredUser = UserState & { readonly revision: number };

/**
 * Creates and changes the accounts of an import. Hashes are costly, so it reads the rows and computes the hashes before the
 * transaction. The transaction leaves out users that changed since, and another round handles these. The hashes take fair
 * turns with those of logins.
 */
export class UserImport {
  constructor(
    private readonly database: Transactions,
    private readonly credentials: UserCredentials,
  ) {}

  async apply(
    actor: Actor,
    batch: readonly NewUser[],
    { dryRun }: { readonly dryRun: boolean },
  ): Promise<Ending<ImportedBatch>> {
    const statuses = new Map<AccountID, ImportStatus>();
    const ended: EndedSession[] = [];
    let left = batch;
    for (let round = 0; round < ROUNDS && left.length > 0; round++) {
      const planned = await this.plan(left);
      for (const { user, status } of planned) statuses.set(user.id, status);
      const toWrite = planned.filter(({ status }) => status === 'created' || status === 'changed');
      const written = dryRun ? { ended: [], missed: [] } : await this.write(actor, toWrite);
      ended.push(...written.ended);
      left = written.missed;
    }
    for (const { id } of left) statuses.set(id, 'busy');
    return new Ending({ statuses: batch.map(({ id }) => statuses.get(id) ?? 'busy'), ended }, { ended });
  }

  private async plan(users: readonly NewUser[]): Promise<readonly PlannedUser[]> {
    const stored = await storedUsers(this.database, users);
    const served = await this.database.rows<{ name: string }>(
      'SELECT name FROM domain WHERE name = ANY ($1)',
      [[...new Set(users.map(({ domain }) => domain))]],
    );
    const domains = new Set(served.map(({ name }) => name));
    return Promise.all(users.map((user) => this.planOne(user, stored.get(user.id), domains)));
  }

  private async planOne(
    user: NewUser,
    stored: StoredUser | undefined,
    domains: ReadonlySet<string>,
  ): Promise<PlannedUser> {
    const plan = { user, revision: stored?.revision };
    if (!domains.has(user.domain))
      return { ...plan, state: NO_USER, ends: undefined, events: [], status: 'domain-not-served' };
    const columns = await this.columnsOf(user, stored);
    const { state, isChanged, ends } = changedState(stored ?? NO_USER, user, columns);
    if (stored === undefined)
      return { ...plan, state, ends: undefined, events: ['user.created'], status: 'created' };
    const events = eventTypesOf(stored, state);
    return { ...plan, state, ends, events, status: isChanged ? 'changed' : 'unchanged' };
  }

  private columnsOf(
    { id, credentials }: NewUser,
    stored: StoredCredentials | undefined,
  ): Promise<StoredCredentials> {
    return stored === undefined
      ? this.credentials.storedFor(id, credentials)
      : this.credentials.storedAfter(id, stored, credentials);
  }

  private async write(
    actor: Actor,
    planned: readonly PlannedUser[],
  ): Promise<{ readonly ended: readonly EndedSession[]; readonly missed: readonly NewUser[] }> {
    if (planned.length === 0) return { ended: [], missed: [] };
    return administer(this.database, actor, async ({ sql, audit }) => {
      const { created, changed, ended } = await writePlanned(sql, planned, actor.name);
      const written = new Set([...created, ...changed]);
      if (written.size > 0) {
        const after = { created: created.length, changed: changed.length, endedSessions: ended.length };
        audit({ action: 'user.import', target: 'users', after });
      }
      return { ended, missed: planned.map(({ user }) => user).filter(({ id }) => !written.has(id)) };
    });
  }
}

async function storedUsers(sql: Sql, users: readonly NewUser[]): Promise<ReadonlyMap<string, StoredUser>> {
  const rows = await sql.rows<{ id: string; revision: number }>(
    `SELECT id, revision, ${states.names} FROM account WHERE id = ANY ($1)`,
    [users.map(({ id }) => id)],
  );
  return new Map(rows.map((row) => [row.id, { ...states.thingOf(row), revision: row.revision }]));
}
