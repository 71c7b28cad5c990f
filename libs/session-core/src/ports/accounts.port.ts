import type { AccountID, Domain, ServiceID } from '../ids.js';

export interface Account {
  readonly id: AccountID;
  readonly suspended: boolean;
  /** Raised by every suspension, deletion and change of credentials. */
  readonly version: number;
  /** Only the adapter that checks credentials knows what is in it. */
  readonly credentials: StoredCredentials;
}

/** Never logged, never returned. */
export interface StoredCredentials {
  /** argon2id, PHC format. */
  readonly passwordHash: string;
  /** The password itself under AES-256-GCM, for challenge logins; undefined where the account has none. */
  readonly recoverableSecret: string | undefined;
}

export interface Accounts {
  find(id: AccountID): Promise<Account | undefined>;
  /**
   * The account of a user whom the directory of its domain knows, made if it is missing. Nothing stored there is a password.
   * Undefined: the domain has no directory any more, or the name is too long for an account.
   */
  admit(id: AccountID, domain: Domain): Promise<Account | undefined>;
}

/** Strongest first (ssp-binding §4.1). */
export const DIGEST_SCHEMAS = ['SHA-256', 'SHA', 'MD5'] as const;
export type DigestSchema = (typeof DIGEST_SCHEMAS)[number];

/** Both do the same work for an unknown account. So an unknown user takes as long as a wrong password. */
export interface Credentials {
  passwordMatches(account: Account | undefined, password: string): Promise<boolean>;
  /** `digestBase64` = base64(H(nonce ‖ password)), the password as ISO-8859-1 or UTF-8 (ssp-binding §4.1). */
  digestMatches(
    account: Account | undefined,
    schema: DigestSchema,
    nonce: string,
    digestBase64: string,
  ): Promise<boolean>;
}

export interface LoginAttempt {
  readonly peer: ServiceID;
  readonly account: AccountID;
  readonly clientKey: string;
  /** Its name: the same transaction asking again, after a crash, is the same attempt. */
  readonly transactionID: string;
}

export type AttemptAdmission =
  /** Check it, and say what came of it. `issuedFor` is the schema of its nonce; undefined without a good one. */
  | { readonly kind: 'go-ahead'; readonly issuedFor: DigestSchema | undefined }
  /** As many as may still be wrong are being checked just now: ask again. */
  | { readonly kind: 'wait' }
  /** `user-locked`: too many wrong guesses at the user. `peer-slowed`: strangers of this peer guess too often. */
  | { readonly kind: 'refused'; readonly why: 'user-locked' | 'peer-slowed'; readonly retryAfterS: number };

/** `unchecked`: neither right nor wrong, so the caller learned nothing. */
export type AttemptResult = 'right' | 'wrong' | 'unchecked';

/** What wrong guesses have made of a user, over all peers that were asked for. */
export interface AttemptStanding {
  /** Wrong guesses that count now. */
  readonly failed: number;
  /** Milliseconds until no peer refuses the user any more; undefined: no peer does. */
  readonly lockedForMs: number | undefined;
}

/** Where others learn that a user is locked at a peer. A user that does not exist is no user. */
export interface LockNotes {
  locked(peer: ServiceID, account: AccountID, forMs: number): Promise<void>;
}

/**
 * Counts the wrong guesses of a peer within a window: for one user, and by strangers for all users. A
 * stranger is a client of a user without a recent correct login at this peer. Above that limit strangers get a
 * rate. A stranger that returns at the stated time gets its turn, whatever other clients do meanwhile. A pending
 * guess counts as wrong until its result is known. So parallel guesses never get more tries than serial ones
 * (docs/adr/0021).
 */
export interface LoginAttempts {
  /**
   * An attempt that may go ahead uses its nonce up, and no other attempt does. The same transaction asking again, after
   * a crash, gets the nonce again.
   */
  begin(attempt: LoginAttempt, nonce?: string): Promise<AttemptAdmission>;
  /** Milliseconds for which exactly this wrong guess has locked the user at this peer. */
  settle(attempt: LoginAttempt, result: AttemptResult): Promise<number | undefined>;
  /** In the order of `accounts`. */
  standing(accounts: readonly AccountID[], peers: readonly ServiceID[]): Promise<readonly AttemptStanding[]>;
  /** Names that some of these peers refuse now, in no order. The guesses may have been at users that do not exist. */
  locked(peers: readonly ServiceID[]): Promise<readonly AccountID[]>;
  /** Unlocks the user at these peers, on request of an administrator. */
  forget(account: AccountID, peers: readonly ServiceID[]): Promise<void>;
}

/** What a nonce is good for (ssp-binding §4.1). */
export interface NonceBinding {
  readonly peer: ServiceID;
  readonly account: AccountID;
  readonly clientKey: string;
  readonly schema: DigestSchema;
}

/** `LoginAttempts.begin` uses them up. */
export interface Nonces {
  /** Kept for 120 s. */
  keep(nonce: string, binding: NonceBinding): Promise<void>;
}
