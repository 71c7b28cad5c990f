import { err, ok, type Result } from '@sap2/kernel';
import { type AccountID, type Domain, MAX_ACCOUNT_CHARACTERS, parseUserID } from '@sap2/session-core';
import { z } from 'zod';
import { readPasswordHash } from './password-hashes.js';
import { readPassword, type PasswordPolicy } from './password-policy.js';

/** What a user proves itself with: exactly one of the first two. */
export const CREDENTIALS_ENTRY = z.strictObject({
  password: z.string().optional().describe('Password of the user.'),
  passwordHash: z
    .string()
    .optional()
    .describe('From another system: argon2, bcrypt, scrypt, PBKDF2 or SHA-crypt (docs/administer.md).'),
  challengeLogin: z
    .boolean()
    .optional()
    .describe('false: no recoverable secret is stored, and challenge logins fail like a wrong password.'),
});
export type CredentialsEntry = Readonly<z.output<typeof CREDENTIALS_ENTRY>>;

/** The input for a user: the body of a creation, or a line of an import. */
export const USER_ENTRY = z.strictObject({
  userID: z.string().describe('Such as `wv:alice@provider.example`, of a domain that is served here.'),
  ...CREDENTIALS_ENTRY.shape,
  suspended: z.boolean().optional().describe('true: the user can not log in.'),
  suspendedReason: z.string().optional().describe('Only with `suspended: true`.'),
});
export type UserEntry = Readonly<z.output<typeof USER_ENTRY>>;

/** What may change of a user at once; what is left out stays as it is. */
export const USER_PATCH = USER_ENTRY.pick({ suspended: true, suspendedReason: true, challengeLogin: true });
export type UserPatch = Readonly<z.output<typeof USER_PATCH>>;

/** What a user is to prove itself with from now on. */
export type NewCredentials =
  | {
      readonly kind: 'password';
      readonly password: string;
      /** Keep it recoverable as well, sealed by the vault. */
      readonly challengeLogin: boolean;
    }
  /** A password that only its hash is known of, in a form that `readPasswordHash` allows: no challenge logins. */
  | { readonly kind: 'hash'; readonly passwordHash: string }
  /** A directory of the provider knows the password. */
  | { readonly kind: 'none' };

export type Suspension =
  { readonly suspended: true; readonly reason: string | undefined } | { readonly suspended: false };

export interface NewUser {
  readonly id: AccountID;
  readonly domain: Domain;
  readonly credentials: NewCredentials;
  /** Undefined: as it is; a new user is not suspended. */
  readonly suspension: Suspension | undefined;
}

/** Which field can not be, and why: completes "userID …". Never repeats the value. */
export interface EntryRefusal {
  readonly kind: 'refused';
  readonly field: keyof UserEntry;
  readonly detail: string;
}

export const refusal = (field: EntryRefusal['field'], detail: string): EntryRefusal => ({
  kind: 'refused',
  field,
  detail,
});

export const NOT_A_USER_ID = 'is not a user id such as wv:alice@provider.example';

export function readUserEntry(entry: UserEntry, policy: PasswordPolicy): Result<NewUser, EntryRefusal> {
  const name = parseUserID(entry.userID);
  if (!name.ok) return err(refusal('userID', NOT_A_USER_ID));
  const { account, domain, resource } = name.value;
  if (resource !== undefined) return err(refusal('userID', 'names a resource, which is no part of a user'));
  if (account.length > MAX_ACCOUNT_CHARACTERS)
    return err(refusal('userID', `is longer than ${MAX_ACCOUNT_CHARACTERS} characters`));
  const credentials = readCredentials(entry, domain, policy);
  if (!credentials.ok) return credentials;
  const suspension = readSuspension(entry);
  return suspension.ok
    ? ok({ id: account, domain, credentials: credentials.value, suspension: suspension.value })
    : suspension;
}

export function readCredentials(
  entry: CredentialsEntry,
  domain: Domain,
  policy: PasswordPolicy,
): Result<NewCredentials, EntryRefusal> {
  if (policy.hasUserDirectory(domain)) return readNoCredentials(entry, domain);
  const { password, passwordHash, challengeLogin } = entry;
  if (password !== undefined && passwordHash !== undefined)
    return err(refusal('passwordHash', 'must not stand beside a password'));
  if (passwordHash !== undefined) {
    const fault = readPasswordHash(passwordHash);
    if (fault !== undefined) return err(refusal('passwordHash', fault));
    return challengeLogin === true
      ? err(refusal('challengeLogin', 'needs the password itself, and a hash is given'))
      : ok({ kind: 'hash', passwordHash });
  }
  if (password === undefined) return err(refusal('password', 'is missing'));
  const fault = readPassword(password, policy);
  return fault === undefined
    ? ok({ kind: 'password', password, challengeLogin: challengeLogin ?? true })
    : err(refusal('password', fault));
}

function readNoCredentials(entry: CredentialsEntry, domain: Domain): Result<NewCredentials, EntryRefusal> {
  if (entry.challengeLogin === true)
    return err(refusal('challengeLogin', `can not be: ${inUserDirectory(domain)}, and SAP 2 never has them`));
  const given = (['password', 'passwordHash'] as const).find((field) => entry[field] !== undefined);
  return given === undefined
    ? ok({ kind: 'none' })
    : err(refusal(given, `must be left out: ${inUserDirectory(domain)}. Change it there`));
}

const inUserDirectory = (domain: Domain): string =>
  `the user directory of ${domain} has the passwords (docs/directories.md)`;

export function readSuspension({
  suspended,
  suspendedReason: reason,
}: Pick<UserEntry, 'suspended' | 'suspendedReason'>): Result<Suspension | undefined, EntryRefusal> {
  const fault = reason === undefined ? undefined : readReason(reason);
  if (fault !== undefined) return err(refusal('suspendedReason', fault));
  if (suspended === true) return ok({ suspended, reason });
  if (reason !== undefined)
    return err(refusal('suspendedReason', 'belongs to a user that is suspended: "suspended" must be true'));
  return ok(suspended === undefined ? undefined : { suspended });
}

/** A line for people, in the history and in the audit. */
const MAX_REASON_CHARACTERS = 200;
const NOT_A_LINE = /[\p{Cc}\p{Cs}]/u;

/** What is wrong with it; completes "reason …". */
function readReason(reason: string): string | undefined {
  if (reason.length === 0 || reason.length > MAX_REASON_CHARACTERS)
    return `must have 1 to ${MAX_REASON_CHARACTERS} characters`;
  return NOT_A_LINE.test(reason) ? 'must be one line without control characters' : undefined;
}

export const REASON = z
  .string()
  .superRefine((reason, context) => {
    const fault = readReason(reason);
    if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
  })
  .describe('Why, in a line for people.');
