import type { Randomness } from '@sap2/kernel';
import { z } from 'zod';
import type { Actor } from './actor.js';
import { time } from './entry-rules.js';

/** What a token may do: see everything, change what is named, or all. */
export const ADMIN_SCOPES = ['read', 'users', 'sessions', 'agreements', 'elements', 'admin'] as const;
export type AdminScope = (typeof ADMIN_SCOPES)[number];

/** What is written of an administrator, but for its name and its token. */
export const administratorFields = {
  scopes: z
    .array(z.enum(ADMIN_SCOPES))
    .min(1)
    .max(ADMIN_SCOPES.length)
    .describe(
      '`read` allows every read, `users`, `sessions` and `agreements` allow changes of these. `elements` allows to read events and live sessions, and `admin` allows everything.',
    ),
  expiresAt: time.nullish().describe('Null: never.'),
} as const;

export interface AdministratorEntry {
  readonly name: string;
  readonly scopes: readonly AdminScope[];
  /** Milliseconds since 1970; undefined: never. */
  readonly expiresAtMs: number | undefined;
}

/** An administrator, without its token: the service stores only a hash of it. */
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
  /** A new token, which replaces the previous one. */
  readonly token?: string | undefined;
}

export type ChangeAdministratorOutcome =
  | { readonly kind: 'changed'; readonly administrator: AdministratorRecord }
  | { readonly kind: 'unknown' | 'stale' }
  /** No administrator with the scope `admin` and without an end would be left. */
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
  /**
   * Finds it by the hash in an index, so the duration reveals nothing about the token. Stores the minute of the last use.
   * An expired token is not found.
   */
  byToken(token: string): Promise<Pick<AdministratorEntry, 'name' | 'scopes'> | undefined>;
  /** What stands for a valid token elsewhere: its hash, which is no token. */
  credentialOf(token: string): Promise<string | undefined>;
  /** As `byToken`: who has this credential now. */
  byCredential(credential: string): Promise<Pick<AdministratorEntry, 'name' | 'scopes'> | undefined>;
  /** Of these tokens those that are valid now, each with its scopes. It does not count as a use. */
  validAmong(tokens: readonly string[]): Promise<ReadonlyMap<string, readonly AdminScope[]>>;
  /** The name of the administrator whose token it is, expired or not. */
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

export interface WithToken {
  readonly administrator: AdministratorRecord;
  /** Shown this once. */
  readonly token: string;
}

/** Who may administer: a token is made here. */
export class Administrators {
  constructor(
    readonly book: AdministratorBook,
    private readonly randomness: Randomness,
  ) {}

  async create(
    actor: Actor,
    entry: AdministratorEntry,
  ): Promise<({ readonly kind: 'created' } & WithToken) | { readonly kind: 'exists' }> {
    const token = newToken(this.randomness);
    const outcome = await this.book.create(actor, entry, token);
    return outcome.kind === 'created' ? { ...outcome, token } : outcome;
  }

  /** The token before it is refused from the answer on. Undefined: there is no such administrator. */
  async replaceToken(actor: Actor, name: string): Promise<WithToken | undefined> {
    const token = newToken(this.randomness);
    const outcome = await this.book.change(actor, name, { token }, undefined);
    return outcome.kind === 'changed' ? { administrator: outcome.administrator, token } : undefined;
  }
}

const TOKEN_BYTES = 32;

/** 256 random bits as hex. They cannot be guessed, so the service stores only a plain hash. */
export const newToken = (randomness: Randomness): string =>
  Array.from(randomness.bytes(TOKEN_BYTES), (byte) => byte.toString(16).padStart(2, '0')).join('');
