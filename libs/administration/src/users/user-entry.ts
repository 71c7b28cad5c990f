import { err, ok, type Result } from '@sap2/kernel';
import { MAX_ACCOUNT_CHARACTERS, parseUserID } from '@sap2/session-core';
import type { NewCredentials, NewUser, Suspension } from '../ports/users.port.js';
import { readPassword, readPasswordHash, type PasswordPolicy } from './password-policy.js';

/** A user as somebody writes it down: the body of a creation, a line of an import. */
export interface UserEntry extends CredentialsEntry {
  readonly userID: string;
  readonly suspended?: boolean | undefined;
  readonly suspendedReason?: string | undefined;
}

/** Exactly one of `password` and `passwordHash`. */
export interface CredentialsEntry {
  readonly password?: string | undefined;
  readonly passwordHash?: string | undefined;
  /** Left out: as far as it is possible, so with a password and not with a hash. */
  readonly challengeLogin?: boolean | undefined;
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
  const credentials = readCredentials(entry, policy);
  if (!credentials.ok) return credentials;
  const suspension = readSuspension(entry);
  return suspension.ok
    ? ok({ id: account, domain, credentials: credentials.value, suspension: suspension.value })
    : suspension;
}

export function readCredentials(
  { password, passwordHash, challengeLogin }: CredentialsEntry,
  policy: PasswordPolicy,
): Result<NewCredentials, EntryRefusal> {
  if (password !== undefined && passwordHash !== undefined)
    return err(refusal('passwordHash', 'must not stand beside a password'));
  if (passwordHash !== undefined) {
    const fault = readPasswordHash(passwordHash, policy);
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
export function readReason(reason: string): string | undefined {
  if (reason.length === 0 || reason.length > MAX_REASON_CHARACTERS)
    return `must have 1 to ${MAX_REASON_CHARACTERS} characters`;
  return NOT_A_LINE.test(reason) ? 'must be one line without control characters' : undefined;
}
