export interface PasswordPolicy {
  readonly minCharacters: number;
  /** Parameters of the service's own argon2id hashes. */
  readonly hashing: { readonly memoryKiB: number; readonly passes: number };
}

/** Longest password that a login can carry (ssp-binding §4). */
export const MAX_PASSWORD_CHARACTERS = 256;

/** A login message can carry no control characters, and halves of characters have no octets to hash. */
const UNSPEAKABLE = /[\p{Cc}\p{Cs}]/u;

/** What is wrong with it; completes "password …". */
export function readPassword(password: string, { minCharacters }: PasswordPolicy): string | undefined {
  if (password.length < minCharacters) return `must have at least ${minCharacters} characters`;
  if (password.length > MAX_PASSWORD_CHARACTERS)
    return `must have at most ${MAX_PASSWORD_CHARACTERS} characters`;
  return UNSPEAKABLE.test(password)
    ? 'holds control characters, which no login message can carry'
    : undefined;
}

const PHC =
  /^\$argon2id\$v=19\$m=(?<memoryKiB>\d{1,9}),t=(?<passes>\d{1,9}),p=1\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{16,86}$/;

/**
 * Allows only hashes with the service's own parameters. Other parameters take another time to check, which would reveal
 * which users exist (ssp-binding §4.1). A costly one would stop every login. Returns the fault; completes "passwordHash …".
 */
export function readPasswordHash(
  passwordHash: string,
  { hashing: { memoryKiB, passes } }: PasswordPolicy,
): string | undefined {
  const parameters = PHC.exec(passwordHash)?.groups;
  return Number(parameters?.['memoryKiB']) === memoryKiB && Number(parameters?.['passes']) === passes
    ? undefined
    : `must be an argon2id hash in PHC format that begins with $argon2id$v=19$m=${memoryKiB},t=${passes},p=1$`;
}
