import {
  type AccountID,
  type AttemptStanding,
  type Domain,
  domainOfAccount,
  type EndedSession,
  type Ending,
  type LoginAttempts,
  type ServiceID,
  type SessionEnd,
} from '@sap2/session-core';
import type { Actor } from './actor.js';
import { whileAway } from './while-away.js';
import type { PasswordPolicy } from './password-policy.js';
import {
  type CredentialsEntry,
  type EntryRefusal,
  type NewCredentials,
  type NewUser,
  readCredentials,
  readSuspension,
  readUserEntry,
  refusal,
  type Suspension,
  type UserEntry,
  type UserPatch,
} from './user-entry.js';
import {
  type ImportedBatch,
  importUsers,
  type ImportLine,
  type ImportRequest,
  type ImportResult,
} from './user-import.js';

export interface User {
  readonly id: AccountID;
  readonly domain: Domain;
  readonly suspended: boolean;
  /** For people; undefined also where a suspended user was given none. */
  readonly suspendedReason: string | undefined;
  /** Whether a recoverable secret is stored; without one phase 2 of a challenge login fails like a wrong password. */
  readonly challengeLogin: boolean;
  /** Of the last login that opened a session; undefined: none since this is recorded. */
  readonly lastLoginAtMs: number | undefined;
  /** The peer of that login. */
  readonly lastLoginBy: ServiceID | undefined;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** Raised by every change: the ETag. */
  readonly revision: number;
}

/** With what wrong guesses have made of the user; undefined: the live store does not answer. */
export interface UserWithAttempts {
  readonly user: User;
  readonly attempts: AttemptStanding | undefined;
}

/** What is left out stays as it is. */
export interface UserChange {
  readonly credentials?: NewCredentials | undefined;
  readonly suspension?: Suspension | undefined;
  /** Throws the recoverable secret away; the password stays, and the sessions too. */
  readonly endChallengeLogin?: boolean | undefined;
}

/** `user.suspend` and so on: what the audit calls it. */
export type UserAction = 'user.change' | 'user.password' | 'user.suspend' | 'user.reactivate';

export interface ChangeRequest {
  readonly id: AccountID;
  readonly action: UserAction;
  readonly change: UserChange;
  /** Undefined: whatever the user is by now. */
  readonly expectedRevision: number | undefined;
}

export type ChangeOutcome =
  /** `ended`: sessions that the change ended; none if it changed nothing. */
  | { readonly kind: 'changed'; readonly user: User; readonly ended: readonly EndedSession[] }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'stale' };

export type CreateOutcome =
  | { readonly kind: 'created'; readonly user: User }
  | { readonly kind: 'exists' }
  | { readonly kind: 'domain-not-served' };

export type DeleteOutcome =
  | { readonly kind: 'deleted'; readonly ended: readonly EndedSession[] }
  | { readonly kind: 'unknown' | 'stale' };

/** Which users; what is undefined is not asked for. */
export interface UserFilter {
  /** Beginning of the id, folded as ids are (`parseUserIDPrefix`). */
  readonly prefix: string | undefined;
  readonly domain: Domain | undefined;
  readonly suspended: boolean | undefined;
}

export interface UserPageRequest extends UserFilter {
  /** Users after this one, in the order of ids. */
  readonly after: AccountID | undefined;
  readonly limit: number;
  /** Only these; undefined: all. */
  readonly among?: readonly AccountID[] | undefined;
}

/**
 * The accounts, in PostgreSQL. Each method that changes something is one transaction with its audit entry. The transaction
 * also ends the sessions that must not outlive the change, and stores their disconnects.
 */
export interface UserBook {
  find(id: AccountID): Promise<User | undefined>;
  page(request: UserPageRequest): Promise<readonly User[]>;
  /** Every peer that may have guesses of a user. */
  peers(): Promise<readonly ServiceID[]>;
  create(actor: Actor, user: NewUser): Promise<CreateOutcome>;
  /** A suspension, and new credentials, raise the account's version: no login that is under way stands. */
  change(actor: Actor, request: ChangeRequest): Promise<Ending<ChangeOutcome>>;
  delete(actor: Actor, id: AccountID, expectedRevision: number | undefined): Promise<Ending<DeleteOutcome>>;
  /** Undefined: there is no such user. */
  endSessions(
    actor: Actor,
    id: AccountID,
    reason: string | undefined,
  ): Promise<Ending<readonly EndedSession[] | undefined>>;
  /** Adds the unlock to the audit, and returns the peers that may have guesses of the user; undefined: unknown user. */
  recordUnlock(actor: Actor, id: AccountID): Promise<readonly ServiceID[] | undefined>;
  /**
   * Creates or changes each user of the batch, with one audit entry for all. Every id is in it at most once. A user who
   * already has the password keeps hash, version and sessions. `dryRun`: reports the same and changes nothing.
   */
  importBatch(
    actor: Actor,
    batch: readonly NewUser[],
    how: { readonly dryRun: boolean },
  ): Promise<Ending<ImportedBatch>>;
}

/** Who is to be changed, and from which state: undefined is whatever the user is by now. */
export type UserAim = Pick<ChangeRequest, 'id' | 'expectedRevision'>;

/** Users read at once by an export: what is in memory, however many there are. */
const EXPORT_PAGE = 500;

/**
 * What administrators do with users. When a method returns, the sessions that it ended are ended in both stores
 * (invariant V1).
 */
export class Users {
  constructor(
    readonly book: UserBook,
    private readonly attempts: Pick<LoginAttempts, 'forget' | 'locked' | 'standing'>,
    private readonly sessions: Pick<SessionEnd, 'announce'>,
    private readonly policy: PasswordPolicy,
  ) {}

  /** All spellings of one name are one user: who exists as `wv:alice@…` exists as `Alice@….` too. */
  async create(actor: Actor, entry: UserEntry): Promise<CreateOutcome | EntryRefusal> {
    const user = readUserEntry(entry, this.policy);
    return user.ok ? this.book.create(actor, user.value) : user.error;
  }

  /** A page, or the locked users of it. @throws LiveStoreUnavailableError if only the locked ones are wanted */
  async page(request: UserPageRequest, isLocked: boolean): Promise<readonly UserWithAttempts[]> {
    const among = isLocked ? await this.attempts.locked(await this.book.peers()) : undefined;
    return this.withAttempts(await this.book.page({ ...request, among }));
  }

  /** Users are shown without this while the live store is away. */
  async withAttempts(users: readonly User[]): Promise<readonly UserWithAttempts[]> {
    const accounts = users.map(({ id }) => id);
    const standings = await this.attempts.standing(accounts, await this.book.peers()).catch(whileAway);
    return users.map((user, i) => ({ user, attempts: standings?.[i] }));
  }

  /** Several particulars at once; a password has an act of its own. */
  async change(actor: Actor, aim: UserAim, patch: UserPatch): Promise<ChangeOutcome | EntryRefusal> {
    if (patch.challengeLogin === true)
      return refusal('challengeLogin', 'can only begin with a new password, which has to be stored for it');
    const suspension = readSuspension(patch);
    if (!suspension.ok) return suspension.error;
    const change = { suspension: suspension.value, endChallengeLogin: patch.challengeLogin === false };
    return this.changed(actor, { ...aim, action: 'user.change', change });
  }

  /** Ends every session of the user, also if the password is the one that it had. */
  async setPassword(
    actor: Actor,
    aim: UserAim,
    entry: CredentialsEntry,
  ): Promise<ChangeOutcome | EntryRefusal> {
    const credentials = readCredentials(entry, domainOfAccount(aim.id), this.policy);
    if (!credentials.ok) return credentials.error;
    if (credentials.value.kind === 'none') return refusal('password', 'is missing');
    return this.changed(actor, {
      ...aim,
      action: 'user.password',
      change: { credentials: credentials.value },
    });
  }

  /** Ends every session of the user; logins are refused until it is reactivated. Done before: only the reason is new. */
  suspend(actor: Actor, aim: UserAim, reason: string): Promise<ChangeOutcome> {
    const change = { suspension: { suspended: true, reason } } as const;
    return this.changed(actor, { ...aim, action: 'user.suspend', change });
  }

  /** Lets a suspended user log in again; of one that is not suspended nothing changes. */
  reactivate(actor: Actor, aim: UserAim): Promise<ChangeOutcome> {
    const change = { suspension: { suspended: false } } as const;
    return this.changed(actor, { ...aim, action: 'user.reactivate', change });
  }

  /** Ends every session of the user. The name is free again; what was noted of its sessions and in the audit stays. */
  delete(actor: Actor, { id, expectedRevision }: UserAim): Promise<DeleteOutcome> {
    return this.sessions.announce(this.book.delete(actor, id, expectedRevision));
  }

  /** Logs the user out everywhere; it may log in again at once. Undefined: there is no such user. */
  endSessions(
    actor: Actor,
    id: AccountID,
    reason: string | undefined,
  ): Promise<readonly EndedSession[] | undefined> {
    return this.sessions.announce(this.book.endSessions(actor, id, reason));
  }

  /** Forgets the wrong passwords that were counted for the user, at every peer. False: there is no such user. */
  async unlock(actor: Actor, id: AccountID): Promise<boolean> {
    const peers = await this.book.recordUnlock(actor, id);
    if (peers === undefined) return false;
    await this.attempts.forget(id, peers);
    return true;
  }

  /** Each line is answered in its order: see `importUsers`. */
  import(
    actor: Actor,
    lines: AsyncIterable<ImportLine>,
    request: ImportRequest,
  ): AsyncGenerator<ImportResult, void, undefined> {
    const settle = (batch: readonly NewUser[]): Promise<ImportedBatch> =>
      this.sessions.announce(this.book.importBatch(actor, batch, request));
    return importUsers(lines, this.policy, settle);
  }

  /**
   * Every user that the filter asks for, in the order of ids, read as fast as it is taken. Not one moment's picture: a
   * user that changes meanwhile is given as it was when its page was read. No transaction is held open.
   */
  async *export(filter: UserFilter): AsyncGenerator<User, void, undefined> {
    let page: readonly User[] = [];
    do {
      page = await this.book.page({ ...filter, after: page.at(-1)?.id, limit: EXPORT_PAGE });
      yield* page;
    } while (page.length === EXPORT_PAGE);
  }

  private changed(actor: Actor, request: ChangeRequest): Promise<ChangeOutcome> {
    return this.sessions.announce(this.book.change(actor, request));
  }
}
