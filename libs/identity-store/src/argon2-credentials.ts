import { hash, verify } from '@node-rs/argon2';
import type { Account, Credentials, DigestSchema } from '@sap2/session-core';
import { randomBytes } from 'node:crypto';
import pLimit, { type LimitFunction } from 'p-limit';
import { digestAnswers } from './challenge-digest.js';
import { secretOfAccount, type SecretVault } from './secret-vault.js';

export interface PasswordHashing {
  readonly memoryKiB: number;
  readonly passes: number;
  /** Hashes under way at once in this process: each holds `memoryKiB`. */
  readonly parallel: number;
}

/** One comparison with what a user sent: of an argon2id hash, or of a digest. */
export type CredentialCheck = 'password' | 'digest';

/** argon2id for passwords, and the vault for challenge logins. */
export class Argon2Credentials implements Credentials {
  private constructor(
    private readonly vault: SecretVault,
    private readonly hashing: PasswordHashing,
    private readonly inTurn: LimitFunction,
    private readonly checked: (check: CredentialCheck) => void,
    private readonly nobody: { readonly passwordHash: string; readonly recoverableSecret: string },
  ) {}

  /** @param checked receives every comparison, so that tests can check that every login costs the same */
  static async create(
    vault: SecretVault,
    hashing: PasswordHashing,
    checked: (check: CredentialCheck) => void,
  ): Promise<Argon2Credentials> {
    const password = randomBytes(IMAGINARY_PASSWORD_BYTES).toString('base64url');
    return new Argon2Credentials(vault, hashing, pLimit(hashing.parallel), checked, {
      passwordHash: await argon2id(password, hashing),
      recoverableSecret: vault.seal(password, NOBODY),
    });
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
    return this.inTurn(() => verify(passwordHash, password));
  }

  async passwordMatches(account: Account | undefined, password: string): Promise<boolean> {
    const { passwordHash } = account?.credentials ?? this.nobody;
    const isRight = await this.inTurn(() => {
      this.checked('password');
      return verify(passwordHash, password);
    });
    return isRight && account !== undefined;
  }

  async digestMatches(
    account: Account | undefined,
    schema: DigestSchema,
    nonce: string,
    digestBase64: string,
  ): Promise<boolean> {
    this.checked('digest');
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
