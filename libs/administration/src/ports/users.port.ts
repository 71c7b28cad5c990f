import type { AccountID, Domain, EndedSession, Ending, ServiceID } from '@sap2/session-core';
import type { Actor } from '../actor.js';

export const USERS = Symbol('Users');

/** An account as administrators see it. */
export interface User {
  readonly id: AccountID;
  readonly domain: Domain;
  readonly suspended: boolean;
  /** For people; undefined also where a suspended user was given none. */
  readonly suspendedReason: string | undefined;
  /** Whether a recoverable secret is stored; without one phase 2 of a challenge login fails like a wrong password. */
  readonly challengeLogin: boolean;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** Raised by every change: the ETag. */
  readonly revision: number;
}

/** What a user is to prove itself with from now on. */
export type NewCredentials =
  | {
      readonly kind: 'password';
      readonly password: string;
      /** Keep it recoverable as well, sealed by the vault. */
      readonly challengeLogin: boolean;
    }
  /** A password that only its argon2id hash is known of (PHC format): no challenge logins. */
  | { readonly kind: 'hash'; readonly passwordHash: string };

export type Suspension =
  { readonly suspended: true; readonly reason: string | undefined } | { readonly suspended: false };

export interface NewUser {
  readonly id: AccountID;
  readonly domain: Domain;
  readonly credentials: NewCredentials;
  /** Undefined: as it is; a new user is not suspended. */
  readonly suspension: Suspension | undefined;
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
  /** The user was changed since the expected revision. */
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
}

export type ImportStatus = 'created' | 'changed' | 'unchanged' | 'domain-not-served' | 'busy';

export interface ImportedBatch {
  /** One for each user of the batch, in its order. `busy`: somebody else changed the user again and again meanwhile. */
  readonly statuses: readonly ImportStatus[];
  readonly ended: readonly EndedSession[];
}

/**
 * The accounts, in PostgreSQL. Each method that changes something is one transaction with its audit entry; the sessions
 * that must not outlive the change end in it, and the duty to tell their owners is recorded with them.
 */
export interface Users {
  find(id: AccountID): Promise<User | undefined>;
  page(request: UserPageRequest): Promise<readonly User[]>;
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
  /** Notes in the audit that the user is unlocked, and returns the peers where guesses may be counted; undefined: no such user. */
  recordUnlock(actor: Actor, id: AccountID): Promise<readonly ServiceID[] | undefined>;
  /**
   * Brings each user of the batch, every id at most once, to what is wanted, with one audit entry for all; who has the
   * password already keeps hash, version and sessions. `dryRun`: says the same and changes nothing.
   */
  importBatch(
    actor: Actor,
    batch: readonly NewUser[],
    how: { readonly dryRun: boolean },
  ): Promise<Ending<ImportedBatch>>;
}
