import { z } from 'zod';
import { count, integer, kibibytes, milliseconds, seconds, text } from '../variable.js';

const MOST_HASHES = 64;

const hashesAtOnce = z.union([
  z.literal('auto'),
  z
    .string()
    .regex(/^\d{1,2}$/)
    .transform(Number)
    .pipe(z.int().min(1).max(MOST_HASHES)),
]);

export const LOGIN_VARIABLES = {
  SAP2_LOGIN_ATTEMPTS: integer(5, count(1, 10_000), {
    says: 'Failed logins per user and peer within the window. After them the answer is 503 with a time to try again.',
    why: 'Too few to guess a password, enough to mistype one.',
    source: 'ssp-binding §4.1',
  }),
  SAP2_LOGIN_ATTEMPTS_PER_PEER: integer(1000, count(1, 10_000_000), {
    says: 'Failed logins per peer within the window, over all its users. They count for clients that have not logged in there lately.',
    why: 'An attacker could try a few passwords for each of very many users. Clients that the peer used lately can still log in. The others are limited to the rate below.',
    source: 'ssp-binding §4.1',
  }),
  SAP2_LOGIN_STRANGERS_RATE: integer(2, count(1, 1000), {
    says: 'Logins per second and peer that are checked beyond the limit above. They are for clients that have not logged in there lately. The others get a number of seconds to wait.',
    why: 'Two per second give fewer guesses in a window than the limit itself. A new client gets in within seconds.',
    source: 'ssp-binding §4.1',
  }),
  SAP2_LOGIN_KNOWN_CLIENT_S: integer(2_592_000, seconds(60, 31_536_000), {
    says: 'Time since its last login for which a client of a user is known at a peer.',
    why: 'Most people log in more often. Each known client takes about 200 bytes in Redis, and a user has at most 64.',
  }),
  SAP2_LOGIN_ATTEMPTS_WINDOW_S: integer(300, seconds(1, 86_400), {
    says: 'Window in which failed logins are counted.',
    why: 'It is short, so that an honest user can soon log in again.',
    source: 'ssp-binding §4.1',
  }),
  SAP2_NONCE_TTL_S: integer(120, seconds(1, 3600), {
    says: 'Life of the nonce of a challenge login.',
    why: 'Time for a person to type a password on a keypad.',
    source: 'ssp-binding §4.1',
  }),
  SAP2_PASSWORD_MIN_CHARACTERS: integer(8, count(1, 64), {
    says: 'Shortest password that an administrator may give to a user. Existing passwords stay valid.',
    why: 'NIST SP 800-63B: eight characters, and no rules about their kinds.',
  }),
  SAP2_HASHES_AT_ONCE: text({
    schema: hashesAtOnce,
    expected: `auto, or a whole number from 1 to ${MOST_HASHES}`,
    fallback: 'auto',
    says: 'Password hashes that this process computes at the same time. Further ones wait.',
    why: '`auto` is one less than the cores, divided by the workers, from 1 to 3. Keep-alives need a core, and Node has four threads for such work. For more than 3, set `UV_THREADPOOL_SIZE` of Node to one more. Each hash takes the memory below.',
  }),
  SAP2_LOGIN_WAIT_MS: integer(5_000, milliseconds(100, 300_000), {
    says: 'Longest time that a login waits for its turn in this process. Then it gets 503 with a time to try again. Peers take turns.',
    why: 'A peer waits for its answer for 10 s, and the login itself needs some of them.',
  }),
  SAP2_ARGON2_MEMORY_KIB: integer(19_456, kibibytes(8, 1_048_576), {
    says: 'Memory of one argon2id hash, for passwords stored from now on.',
    why: 'OWASP, Password Storage Cheat Sheet: 19 MiB with two passes.',
  }),
  SAP2_ARGON2_PASSES: integer(2, count(1, 16), {
    says: 'Passes of one argon2id hash.',
    why: 'Goes with the memory above.',
  }),
} as const;
