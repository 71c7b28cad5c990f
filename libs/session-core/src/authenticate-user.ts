import type { Randomness } from '@sap2/kernel';
import type { LoginUser } from './admission.js';
import { clientKeyOf, type ServiceID } from './ids.js';
import { issueNonce } from './nonce.js';
import {
  type Account,
  type Accounts,
  type Credentials,
  DIGEST_SCHEMAS,
  type DigestSchema,
  type LoginAttempts,
  type Nonces,
} from './ports/accounts.port.js';

/** What a user proves itself with, as sent. */
export type LoginProof =
  | { readonly scheme: 'password'; readonly password: string }
  | {
      readonly scheme: 'digest';
      readonly nonce: string;
      readonly digestSchema: string | undefined;
      readonly digestBytes: string;
    };

export interface AuthenticateUserRequest {
  readonly peer: ServiceID;
  readonly user: LoginUser;
  readonly transactionID: string;
  readonly proof: LoginProof;
}

export type AuthenticationRefusal =
  /** 401: the nonce was expired, used or never given to this user and client; here is a fresh one. */
  | { readonly kind: 'challenge'; readonly nonce: string; readonly schema: DigestSchema }
  /** 503 */
  | { readonly kind: 'too-many-attempts'; readonly retryAfterS: number }
  /** 409: wrong password or digest, or no such user. */
  | { readonly kind: 'wrong-credentials' }
  /** 403, told only to who knows the password. */
  | { readonly kind: 'account-suspended' };

export interface AuthenticationPorts {
  readonly accounts: Accounts;
  readonly credentials: Credentials;
  readonly attempts: LoginAttempts;
  readonly nonces: Nonces;
  readonly randomness: Randomness;
}

/**
 * For the fresh nonce of a login whose own nonce is of no use and which names no schema: the strongest one that
 * clients know from their own standard (SHA-256 is ours).
 */
const FALLBACK_SCHEMA: DigestSchema = 'SHA';

/**
 * Finds out whether the user is who it says it is. Each guess is counted before it is checked, so that parallel
 * guesses cannot exceed the limit, and taken off the count again when it was none: right, or with a nonce that was no
 * good, or never checked because a store failed (ssp-binding §4.1).
 */
export class AuthenticateUser {
  constructor(private readonly ports: AuthenticationPorts) {}

  async execute(
    request: AuthenticateUserRequest,
  ): Promise<{ readonly kind: 'authenticated'; readonly account: Account } | AuthenticationRefusal> {
    const { attempts } = this.ports;
    const { peer, user } = request;
    const attempt = await attempts.take(peer, user.account);
    if (!attempt.allowed) return { kind: 'too-many-attempts', retryAfterS: attempt.retryAfterS };
    const outcome = await this.check(request).catch(async (failure: unknown) => {
      await attempts.giveBack(peer, user.account);
      throw failure;
    });
    if (outcome.kind !== 'wrong-credentials') await attempts.giveBack(peer, user.account);
    return outcome;
  }

  private check(request: AuthenticateUserRequest): ReturnType<AuthenticateUser['execute']> {
    const { proof } = request;
    if (proof.scheme === 'digest') return this.checkDigest(request, proof);
    return this.judge(request, (account) => this.ports.credentials.passwordMatches(account, proof.password));
  }

  private async checkDigest(
    request: AuthenticateUserRequest,
    { nonce, digestSchema, digestBytes }: Extract<LoginProof, { scheme: 'digest' }>,
  ): ReturnType<AuthenticateUser['execute']> {
    const { nonces, randomness, credentials } = this.ports;
    const { peer, user, transactionID } = request;
    const binding = { peer, account: user.account, clientKey: clientKeyOf(user.client) };
    const issuedFor = await nonces.take(nonce, binding, transactionID);
    if (issuedFor === undefined || (digestSchema ?? issuedFor) !== issuedFor) {
      const named = DIGEST_SCHEMAS.find((known) => known === digestSchema);
      const schema = named ?? issuedFor ?? FALLBACK_SCHEMA;
      const fresh = await issueNonce(nonces, randomness, { ...binding, schema });
      return { kind: 'challenge', nonce: fresh, schema };
    }
    return this.judge(request, (account) =>
      credentials.digestMatches(account, issuedFor, nonce, digestBytes),
    );
  }

  private async judge(
    { user }: AuthenticateUserRequest,
    matches: (account: Account | undefined) => Promise<boolean>,
  ): ReturnType<AuthenticateUser['execute']> {
    const account = await this.ports.accounts.find(user.account);
    // Also asked about nobody: an unknown user takes as long as a wrong password.
    const right = await matches(account);
    if (!account || !right) return { kind: 'wrong-credentials' };
    return account.suspended ? { kind: 'account-suspended' } : { kind: 'authenticated', account };
  }
}
