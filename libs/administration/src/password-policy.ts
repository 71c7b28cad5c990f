import type { Domain } from '@sap2/session-core';

export interface PasswordPolicy {
  readonly minCharacters: number;
  /** A directory of the provider checks the passwords of its users, so none is stored here. */
  readonly hasUserDirectory: (domain: Domain) => boolean;
}

/** Longest password that a login can carry (ssp-binding §4). */
export const MAX_PASSWORD_CHARACTERS = 256;

/** A login message can carry no control characters, and halves of characters have no octets to hash. */
const UNSPEAKABLE = /[\p{Cc}\p{Cs}]/u;

/** What is wrong with it; completes "password …". */
export function readPassword(
  password: string,
  { minCharacters }: Pick<PasswordPolicy, 'minCharacters'>,
): string | undefined {
  if (password.length < minCharacters) return `must have at least ${minCharacters} characters`;
  if (password.length > MAX_PASSWORD_CHARACTERS)
    return `must have at most ${MAX_PASSWORD_CHARACTERS} characters`;
  return UNSPEAKABLE.test(password)
    ? 'holds control characters, which no login message can carry'
    : undefined;
}
