import { hash } from '@node-rs/argon2';
import type { Account, AccountID, Credentials, DigestSchema } from '@sap2/session-core';
import { randomBytes } from 'node:crypto';
import pLimit, { type LimitFunction } from 'p-limit';
import { digestAnswers } from './challenge-digest.js';
import { hashMatches } from './imported-hashes.js';
import { secretOfAccount, type SecretVault } from './secret-vault.js';

export interface PasswordHashing {
  readonly memoryKiB: number;
  readonly passes: number;
  /** Hashes under way at once in this process: each holds `memoryKiB`. */
  readonly parallel: number;
}

/** One comparison with what a user sent: of a password's hash, or of a digest. */
export type CredentialCheck = 'password' | 'digest';

/** What a Credentials of this room reports and stores. */
export interface CredentialStore {
  /** Receives every comparison, so that tests can check that every login costs the same. */
  readonly checked: (check: CredentialCheck) => void;
  /** Stores a hash of the same password in place of `before`, unless that one is no longer stored. */
  readonly rehashed: (id: AccountID, before: string, after: string) => Promise<void>;
}

/**
 * argon2id for passwords, and the vault for challenge logins. The first login with the right password
 * replaces a hash of another system, or of other parameters (docs/adr/0049).
 */
export class Argon2Credentials implements Credentials {
  private constructor(
    private readonly vault: SecretVault,
    private readonly hashing: PasswordHashing,
    private readonly inTurn: LimitFunction,
    private readonly store: CredentialStore,
    private readonly nobody: { readonly passwordHash: string; readonly recoverableSecret: string },
  ) {}

  static async create(
    vault: SecretVault,
    hashing: PasswordHashing,
    store: CredentialStore,
  ): Promise<Argon2Credentials> {
    const password = randomBytes(IMAGINARY_PASSWORD_BYTES).toString('base64url');
    return new Argon2Credentials(vault, hashing, pLimit(hashing.parallel), store, {
      passwordHash: await argon2id(password, hashing),
      recoverableSecret: vault.seal(password, NOBODY),
    });
  }

  /** Of a random password that was thrown away. */
  get impossibleHash(): string {
    return this.nobody.passwordHash;
  }

  /** Hashes that are computed now. */
  get running(): number {
    return this.inTurn.activeCount;
  }

  get waiting(): number {
    return this.inTurn.pendingCount;
  }

  /** PHC format. */
  hash(password: string): Promise<string> {
    return this.inTurn(() => argon2id(password, this.hashing));
  }

  hashMatches(passwordHash: string, password: string): Promise<boolean> {
    return this.inTurn(() => hashMatches(passwordHash, password));
  }

  async passwordMatches(account: Account | undefined, password: string): Promise<boolean> {
    const { passwordHash } = account?.credentials ?? this.nobody;
    const isRight = await this.inTurn(() => {
      this.store.checked('password');
      return hashMatches(passwordHash, password);
    });
    if (account === undefined) return false;
    if (!this.isOurs(passwordHash)) await this.rehash(account.id, passwordHash, isRight, password);
    return isRight;
  }

  private isOurs(passwordHash: string): boolean {
    const { memoryKiB, passes } = this.hashing;
    return passwordHash.startsWith(`$argon2id$v=19$m=${memoryKiB},t=${passes},p=1$`);
  }

  /** A wrong password pays for the hash as well: a right one must not be known by its time. */
  private async rehash(id: AccountID, before: string, isRight: boolean, password: string): Promise<void> {
    const after = await this.hash(password);
    if (isRight) await this.store.rehashed(id, before, after);
  }

  async digestMatches(
    account: Account | undefined,
    schema: DigestSchema,
    nonce: string,
    digestBase64: string,
  ): Promise<boolean> {
    this.store.checked('digest');
    const sealed = account?.credentials.recoverableSecret;
    const password =
      account === undefined || sealed === undefined
        ? this.vault.open(this.nobody.recoverableSecret, NOBODY)
        : this.vault.open(sealed, secretOfAccount(account.id));
    return digestAnswers(schema, nonce, password, digestBase64) && sealed !== undefined;
  }
}

/** Owner of the secret that stands in for that of an unknown user. */
const NOBODY = 'nobody';
const IMAGINARY_PASSWORD_BYTES = 18;

/** argon2id is the library's default, which a test checks. Its enum of algorithms is a const enum and cannot be named here. */
const argon2id = (password: string, { memoryKiB, passes }: PasswordHashing): Promise<string> =>
  hash(password, { memoryCost: memoryKiB, timeCost: passes, parallelism: 1 });
