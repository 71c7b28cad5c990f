import type { Randomness } from '@sap2/kernel';
import type { LoginUser } from './check-entitlement.js';
import { clientKeyOf, type ServiceID } from './ids.js';
import { issueNonce } from './nonce.js';
import type { Directory } from './ports/directory.port.js';
import type { UserDirectories } from './ports/user-directories.port.js';
import {
  type Account,
  type Accounts,
  type AttemptAdmission,
  type AttemptResult,
  type Credentials,
  DIGEST_SCHEMAS,
  type DigestSchema,
  type LoginAttempt,
  type LockNotes,
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
  /** 503. `why` is for the operator: the peer does not learn it. */
  | {
      readonly kind: 'too-many-attempts';
      readonly why: 'user-locked' | 'peer-slowed' | 'others-checked-first';
      readonly retryAfterS: number;
    }
  | WrongCredentials
  /** 543: the users of this domain are in a directory of the provider, which tells no password. */
  | { readonly kind: 'challenge-not-possible' }
  /** 503: that directory gave no verdict. */
  | { readonly kind: 'user-directory-unavailable'; readonly retryAfterS: number }
  /** 403, only after a correct password. */
  | { readonly kind: 'account-suspended' };

/** 409. The operator learns more than the peer, which must not find out who exists (ssp-binding §4.1). */
interface WrongCredentials {
  readonly kind: 'wrong-credentials';
  readonly why: 'unknown-user' | 'wrong-password' | 'ambiguous-user' | 'wrong-digest' | 'no-challenge-login';
  /** This guess was the last one that the user had. */
  readonly lockedForMs?: number;
}

interface Authenticated {
  readonly kind: 'authenticated';
  readonly account: Account;
}

export type AuthenticationOutcome =
  | (Authenticated & {
      /** Notes that the guess was right. The caller calls it with its next commands, whatever becomes of the login. */
      readonly settle: () => Promise<void>;
    })
  | AuthenticationRefusal;

type Turn = Extract<AttemptAdmission, { kind: 'go-ahead' }>;

/** Results of a check; a refusal means that no check was made. */
type Checked =
  Authenticated | Exclude<AuthenticationRefusal, { kind: 'too-many-attempts' | 'challenge-not-possible' }>;

const RESULTS = {
  authenticated: 'right',
  'wrong-credentials': 'wrong',
  challenge: 'unchecked',
  'user-directory-unavailable': 'unchecked',
  // The password is correct, but the login is refused: it is neither a guess nor a known client.
  'account-suspended': 'unchecked',
} as const satisfies Record<Checked['kind'], AttemptResult>;

export interface AuthenticationPorts {
  readonly accounts: Accounts;
  readonly credentials: Credentials;
  readonly directory: Pick<Directory, 'domain'>;
  readonly userDirectories: UserDirectories;
  readonly attempts: LoginAttempts;
  readonly nonces: Nonces;
  readonly locks: LockNotes;
  readonly randomness: Randomness;
  /** Resolves after so many milliseconds. */
  readonly pause: (ms: number) => Promise<void>;
}

/**
 * Pauses of a login that waits until others of the same user are checked. Together they take 4 s, less than a peer
 * waits. A login rarely needs more than the first few, since a check takes tens of milliseconds.
 */
const LOOKS_MS: readonly number[] = [25, 50, 100, 200, 400, 400, 400, 800, 800, 800];

/** Seconds after which a login may come again that found no turn in that time. */
const BUSY_RETRY_AFTER_S = 5;

/**
 * Schema for a fresh nonce if the login names none and its own nonce is useless. It is the strongest that clients
 * know from their own standard; SHA-256 is ours.
 */
const FALLBACK_SCHEMA: DigestSchema = 'SHA';

/**
 * Finds out whether the user is who it claims to be. It counts a guess before the check, so parallel guesses cannot
 * exceed the limit. Only wrong guesses stay counted. Correct ones, useless nonces and guesses that a store failure
 * left unchecked do not count (ssp-binding §4.1).
 */
export class AuthenticateUser {
  constructor(private readonly ports: AuthenticationPorts) {}

  async execute(request: AuthenticateUserRequest): Promise<AuthenticationOutcome> {
    const { attempts } = this.ports;
    const { peer, user, transactionID, proof } = request;
    if (proof.scheme === 'digest' && this.isInUserDirectory(user)) return { kind: 'challenge-not-possible' };
    const attempt = { peer, account: user.account, clientKey: clientKeyOf(user.client), transactionID };
    const turn = await this.awaitTurn(attempt, proof.scheme === 'digest' ? proof.nonce : undefined);
    if (turn.kind !== 'go-ahead') return turn;
    const outcome = await this.check(request, turn.issuedFor).catch(async (failure: unknown) => {
      await attempts.settle(attempt, 'unchecked');
      throw failure;
    });
    const settle = async (): Promise<number | undefined> => {
      const forMs = await attempts.settle(attempt, RESULTS[outcome.kind]);
      if (forMs !== undefined) await this.ports.locks.locked(peer, user.account, forMs);
      return forMs;
    };
    if (outcome.kind === 'authenticated') return { ...outcome, settle: async () => void (await settle()) };
    const lockedForMs = await settle();
    return outcome.kind === 'wrong-credentials' && lockedForMs !== undefined
      ? { ...outcome, lockedForMs }
      : outcome;
  }

  private async awaitTurn(
    attempt: LoginAttempt,
    nonce: string | undefined,
  ): Promise<Turn | AuthenticationRefusal> {
    for (const pauseMs of [...LOOKS_MS, undefined]) {
      const admission = await this.ports.attempts.begin(attempt, nonce);
      if (admission.kind === 'go-ahead') return admission;
      if (admission.kind === 'refused') {
        return { kind: 'too-many-attempts', why: admission.why, retryAfterS: admission.retryAfterS };
      }
      if (pauseMs !== undefined) await this.ports.pause(pauseMs);
    }
    return { kind: 'too-many-attempts', why: 'others-checked-first', retryAfterS: BUSY_RETRY_AFTER_S };
  }

  private check(request: AuthenticateUserRequest, issuedFor: DigestSchema | undefined): Promise<Checked> {
    const { proof } = request;
    if (proof.scheme === 'digest') return this.checkDigest(request, proof, issuedFor);
    if (this.isInUserDirectory(request.user)) return this.askUserDirectory(request.user, proof.password);
    return this.judge(request, (account) => this.ports.credentials.passwordMatches(account, proof.password));
  }

  private async checkDigest(
    request: AuthenticateUserRequest,
    { nonce, digestSchema, digestBytes }: Extract<LoginProof, { scheme: 'digest' }>,
    issuedFor: DigestSchema | undefined,
  ): Promise<Checked> {
    const { nonces, randomness, credentials } = this.ports;
    if (issuedFor === undefined || (digestSchema ?? issuedFor) !== issuedFor) {
      const named = DIGEST_SCHEMAS.find((known) => known === digestSchema);
      const schema = named ?? issuedFor ?? FALLBACK_SCHEMA;
      const { peer, user } = request;
      const binding = { peer, account: user.account, clientKey: clientKeyOf(user.client) };
      const fresh = await issueNonce(nonces, randomness, { ...binding, schema });
      return { kind: 'challenge', nonce: fresh, schema };
    }
    return this.judge(request, (account) =>
      credentials.digestMatches(account, issuedFor, nonce, digestBytes),
    );
  }

  private isInUserDirectory({ domain }: LoginUser): boolean {
    return this.ports.directory.domain(domain)?.hasUserDirectory === true;
  }

  /** Known and unknown users take the same steps. Only a right password makes the account of a user who is new here. */
  private async askUserDirectory({ account: id, domain }: LoginUser, password: string): Promise<Checked> {
    const { accounts, userDirectories } = this.ports;
    const known = await accounts.find(id);
    const verdict = await userDirectories.check(domain, id, password);
    if (verdict.kind === 'unavailable')
      return { kind: 'user-directory-unavailable', retryAfterS: verdict.retryAfterS };
    if (verdict.kind === 'wrong') return { kind: 'wrong-credentials', why: verdict.why };
    const account = known ?? (await accounts.admit(id, domain));
    if (account === undefined) return { kind: 'wrong-credentials', why: 'unknown-user' };
    return account.suspended ? { kind: 'account-suspended' } : { kind: 'authenticated', account };
  }

  private async judge(
    { user, proof }: AuthenticateUserRequest,
    matches: (account: Account | undefined) => Promise<boolean>,
  ): Promise<Checked> {
    const account = await this.ports.accounts.find(user.account);
    // Runs for an unknown user too, which so takes as long as a wrong password.
    const right = await matches(account);
    if (!account || !right) return { kind: 'wrong-credentials', why: whyWrong(account, proof) };
    return account.suspended ? { kind: 'account-suspended' } : { kind: 'authenticated', account };
  }
}

function whyWrong(account: Account | undefined, { scheme }: LoginProof): WrongCredentials['why'] {
  if (account === undefined) return 'unknown-user';
  if (scheme === 'password') return 'wrong-password';
  return account.credentials.recoverableSecret === undefined ? 'no-challenge-login' : 'wrong-digest';
}
