import type {
  Actor,
  ChangeOutcome,
  ChangeRequest,
  CreateOutcome,
  DeleteOutcome,
  ImportedBatch,
  ImportStatus,
  NewCredentials,
  NewUser,
  User,
  UserChange,
  UserPageRequest,
  UserBook,
} from '@sap2/administration';
import type { Clock } from '@sap2/kernel';
import {
  type AccountID,
  type Domain,
  type EndCause,
  type EndedSession,
  Ending,
  type ServiceID,
} from '@sap2/session-core';
import { outcomeOf } from '../contracts/plain-port.js';
import type { FakeAccounts } from './fake-accounts.js';
import type { FakeSessionLedger } from './fake-session-ledger.js';

interface Held {
  readonly user: User;
  readonly proof: string;
}

const proofOf = (given: NewCredentials): string =>
  given.kind === 'none' ? '' : given.kind === 'password' ? given.password : given.passwordHash;
const challengeOf = (given: NewCredentials): boolean => given.kind === 'password' && given.challengeLogin;
const byCodePoint = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

function changedUser(user: User, { suspension, credentials, endChallengeLogin }: UserChange): User {
  const challengeLogin = credentials === undefined ? user.challengeLogin : challengeOf(credentials);
  const suspended = suspension ?? { suspended: user.suspended, reason: user.suspendedReason };
  return {
    ...user,
    suspended: suspended.suspended,
    suspendedReason: suspended.suspended ? suspended.reason : undefined,
    challengeLogin: challengeLogin && endChallengeLogin !== true,
  };
}

/** Users over the accounts and the ledger of a SessionWorld. */
export class FakeUsers implements UserBook {
  private readonly held = new Map<AccountID, Held>();
  readonly audit: { readonly actor: string; readonly action: string; readonly target: string }[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly accounts: FakeAccounts,
    private readonly ledger: FakeSessionLedger,
    private readonly served: readonly { readonly domain: Domain; readonly peers: readonly ServiceID[] }[],
  ) {}

  find(id: AccountID): Promise<User | undefined> {
    return Promise.resolve(this.held.get(id)?.user);
  }

  page({
    prefix = '',
    domain,
    suspended,
    among,
    after = '' as AccountID,
    limit,
  }: UserPageRequest): Promise<User[]> {
    const found = [...this.held.values()]
      .map(({ user }) => user)
      .filter(({ id }) => id.startsWith(prefix) && id > after)
      .filter((user) => domain === undefined || user.domain === domain)
      .filter((user) => suspended === undefined || user.suspended === suspended)
      .filter(({ id }) => among === undefined || among.includes(id));
    return Promise.resolve(found.toSorted((a, b) => byCodePoint(a.id, b.id)).slice(0, limit));
  }

  async create(actor: Actor, wanted: NewUser): Promise<CreateOutcome> {
    const { id, domain, credentials, suspension } = wanted;
    if (!this.served.some((one) => one.domain === domain)) return { kind: 'domain-not-served' };
    if (this.held.has(id)) return { kind: 'exists' };
    const nowMs = this.clock.nowMs();
    const user: User = {
      id,
      domain,
      suspended: suspension?.suspended ?? false,
      suspendedReason: suspension?.suspended === true ? suspension.reason : undefined,
      challengeLogin: challengeOf(credentials),
      lastLoginAtMs: undefined,
      lastLoginBy: undefined,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
      revision: 1,
    };
    this.held.set(id, { user, proof: proofOf(credentials) });
    this.accounts.add(id, proofOf(credentials));
    if (user.suspended) this.accounts.change(id, 'suspend');
    this.note(actor, 'user.create', id);
    return { kind: 'created', user };
  }

  async change(actor: Actor, request: ChangeRequest): Promise<Ending<ChangeOutcome>> {
    const outcome = await this.changed(actor, request);
    return new Ending(outcome, { ended: [], ...outcome });
  }

  private async changed(
    actor: Actor,
    { id, action, change, expectedRevision }: ChangeRequest,
  ): Promise<ChangeOutcome> {
    const before = this.held.get(id);
    if (before === undefined) return { kind: 'unknown' };
    if ((expectedRevision ?? before.user.revision) !== before.user.revision) return { kind: 'stale' };
    const { credentials } = change;
    const user = changedUser(before.user, change);
    if (credentials === undefined && JSON.stringify(user) === JSON.stringify(before.user))
      return { kind: 'changed', user, ended: [] };
    const cause = this.apply(before.user, user, credentials);
    const ended = cause === undefined ? [] : await this.end(id, cause);
    const after = { ...user, revision: user.revision + 1, updatedAtMs: this.clock.nowMs() };
    this.held.set(id, { user: after, proof: credentials ? proofOf(credentials) : before.proof });
    this.note(actor, action, id);
    return { kind: 'changed', user: after, ended };
  }

  async delete(
    actor: Actor,
    id: AccountID,
    expectedRevision: number | undefined,
  ): Promise<Ending<DeleteOutcome>> {
    const before = this.held.get(id);
    if (before === undefined) return Ending.nothing<DeleteOutcome>({ kind: 'unknown' });
    if ((expectedRevision ?? before.user.revision) !== before.user.revision)
      return Ending.nothing<DeleteOutcome>({ kind: 'stale' });
    const ended = await this.end(id, 'account-deleted');
    this.held.delete(id);
    this.accounts.change(id, 'delete');
    this.note(actor, 'user.delete', id);
    return new Ending<DeleteOutcome>({ kind: 'deleted', ended }, { ended });
  }

  async endSessions(actor: Actor, id: AccountID): Promise<Ending<readonly EndedSession[] | undefined>> {
    if (!this.held.has(id)) return Ending.nothing(undefined);
    this.note(actor, 'user.end-sessions', id);
    return Ending.of(await this.end(id, 'administrator'));
  }

  async recordUnlock(actor: Actor, id: AccountID): Promise<readonly ServiceID[] | undefined> {
    if (!this.held.has(id)) return undefined;
    this.note(actor, 'user.unlock', id);
    return this.peers();
  }

  peers(): Promise<readonly ServiceID[]> {
    return Promise.resolve(this.served.flatMap(({ peers }) => peers));
  }

  async importBatch(
    actor: Actor,
    batch: readonly NewUser[],
    { dryRun }: { readonly dryRun: boolean },
  ): Promise<Ending<ImportedBatch>> {
    const statuses: ImportStatus[] = [];
    const ended: EndedSession[] = [];
    for (const wanted of batch) {
      const status = this.statusOf(wanted);
      statuses.push(status);
      if (!dryRun && status === 'created') await this.create(actor, wanted);
      if (!dryRun && status === 'changed') {
        const { id, suspension } = wanted;
        const isSame = this.held.get(id)?.proof === proofOf(wanted.credentials);
        const change = isSame ? { suspension } : { suspension, credentials: wanted.credentials };
        const request = { id, action: 'user.change', change, expectedRevision: undefined } as const;
        const outcome = await this.changed(actor, request);
        if (outcome.kind === 'changed') ended.push(...outcome.ended);
      }
    }
    return new Ending({ statuses, ended }, { ended });
  }

  private statusOf({ id, domain, credentials, suspension }: NewUser): ImportStatus {
    if (!this.served.some((one) => one.domain === domain)) return 'domain-not-served';
    const held = this.held.get(id);
    if (held === undefined) return 'created';
    const isSame =
      held.proof === proofOf(credentials) &&
      held.user.challengeLogin === challengeOf(credentials) &&
      (suspension === undefined ||
        (suspension.suspended === held.user.suspended &&
          (suspension.suspended ? suspension.reason : undefined) === held.user.suspendedReason));
    return isSame ? 'unchanged' : 'changed';
  }

  private apply(before: User, after: User, credentials: NewCredentials | undefined): EndCause | undefined {
    if (credentials !== undefined) this.accounts.add(before.id, proofOf(credentials));
    if (after.suspended !== before.suspended)
      this.accounts.change(before.id, after.suspended ? 'suspend' : 'resume');
    if (after.suspended && !before.suspended) return 'account-suspended';
    return credentials === undefined ? undefined : 'credentials-changed';
  }

  private async end(account: AccountID, cause: EndCause): Promise<readonly EndedSession[]> {
    const live = await this.ledger.page({ after: undefined, limit: 500, account, peer: undefined });
    const ids = live.map(({ id }) => id);
    return outcomeOf(this.ledger.end(ids, cause, { reason: undefined, onlyOwnedBy: undefined }));
  }

  private note(actor: Actor, action: string, id: AccountID): void {
    this.audit.push({ actor: actor.name, action, target: `user ${id}` });
  }
}
