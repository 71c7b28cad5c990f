import type { Actor } from '../actor.js';

export const ADMINISTRATOR_BOOK = Symbol('AdministratorBook');

/** What a token may do: see everything, change what is named, or all. */
export const ADMIN_SCOPES = ['read', 'users', 'sessions', 'agreements', 'admin'] as const;
export type AdminScope = (typeof ADMIN_SCOPES)[number];

export interface AdministratorEntry {
  readonly name: string;
  readonly scopes: readonly AdminScope[];
  /** Milliseconds since 1970; undefined: never. */
  readonly expiresAtMs: number | undefined;
}

/** An administrator, without its token: nobody can be told that again. */
export interface AdministratorRecord extends AdministratorEntry {
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** To the minute. */
  readonly lastUsedAtMs: number | undefined;
  readonly revision: number;
}

/** What is left out stays; null takes away. */
export interface AdministratorChange {
  readonly scopes?: readonly AdminScope[] | undefined;
  readonly expiresAtMs?: number | null | undefined;
  /** A new token: the one before it is none from now on. */
  readonly token?: string | undefined;
}

export type ChangeAdministratorOutcome =
  | { readonly kind: 'changed'; readonly administrator: AdministratorRecord }
  | { readonly kind: 'unknown' | 'stale' }
  /** Nobody would be left with the scope `admin` and without an end. */
  | { readonly kind: 'last-one' };

export type DeleteAdministratorOutcome = { readonly kind: 'deleted' | 'unknown' | 'stale' | 'last-one' };

/** Who may administer. Each change is one transaction with its entry in the audit; of a token only a hash is stored. */
export interface AdministratorBook {
  create(
    actor: Actor,
    entry: AdministratorEntry,
    token: string,
  ): Promise<
    { readonly kind: 'created'; readonly administrator: AdministratorRecord } | { readonly kind: 'exists' }
  >;
  /** The name of the administrator whose token it is. */
  ownerOf(token: string): Promise<string | undefined>;
  find(name: string): Promise<AdministratorRecord | undefined>;
  /** In the order of names. */
  page(after: string | undefined, limit: number): Promise<readonly AdministratorRecord[]>;
  change(
    actor: Actor,
    name: string,
    change: AdministratorChange,
    expectedRevision: number | undefined,
  ): Promise<ChangeAdministratorOutcome>;
  remove(
    actor: Actor,
    name: string,
    expectedRevision: number | undefined,
  ): Promise<DeleteAdministratorOutcome>;
}
