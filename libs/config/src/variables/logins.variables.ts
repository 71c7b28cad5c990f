import { integer } from '../variable.js';

export const LOGIN_VARIABLES = {
  SAP2_LOGIN_ATTEMPTS: integer(
    { from: 1, to: 10_000, fallback: 5 },
    {
      says: 'Failed logins per user and peer within the window; after them the answer is 503 with a time to try again.',
      why: 'Too few to guess a password, enough to mistype one.',
      source: 'ssp-binding §4.1',
    },
  ),
  SAP2_LOGIN_ATTEMPTS_PER_PEER: integer(
    { from: 1, to: 10_000_000, fallback: 1000 },
    {
      says: 'Failed logins per peer within the window, over all its users, of clients that have not logged in there lately.',
      why: 'A few guesses at each of very many users are guesses as well. Clients that are known at the peer are let in all the same; the others are slowed to the rate below.',
      source: 'ssp-binding §4.1',
    },
  ),
  SAP2_LOGIN_STRANGERS_RATE: integer(
    { from: 1, to: 1000, fallback: 2 },
    {
      says: 'Logins a second and peer that are checked beyond the limit above, of clients that have not logged in there lately; the others are told in how many seconds to come again.',
      why: 'Two a second are fewer guesses in a window than the limit itself, and a newcomer gets in within seconds.',
      source: 'ssp-binding §4.1',
    },
  ),
  SAP2_LOGIN_KNOWN_CLIENT_S: integer(
    { from: 60, to: 31_536_000, fallback: 2_592_000, unit: 'seconds' },
    {
      says: 'Time since its last login for which a client of a user is known at a peer.',
      why: 'Longer than most people go without logging in; each known client takes about 200 bytes in Redis, and a user has at most 64.',
    },
  ),
  SAP2_LOGIN_ATTEMPTS_WINDOW_S: integer(
    { from: 1, to: 86_400, fallback: 300, unit: 'seconds' },
    {
      says: 'Window in which failed logins are counted.',
      why: 'Short enough that an honest user gets in again.',
      source: 'ssp-binding §4.1',
    },
  ),
  SAP2_NONCE_TTL_S: integer(
    { from: 1, to: 3600, fallback: 120, unit: 'seconds' },
    {
      says: 'Life of the nonce of a challenge login.',
      why: 'Time for a person to type a password on a keypad.',
      source: 'ssp-binding §4.1',
    },
  ),
  SAP2_PASSWORD_MIN_CHARACTERS: integer(
    { from: 1, to: 64, fallback: 8 },
    {
      says: 'Shortest password that an administrator may give to a user; those that are there already stay.',
      why: 'NIST SP 800-63B: eight, and no rules about what they are made of.',
    },
  ),
  SAP2_LOGIN_HASH_PARALLELISM: integer(
    { from: 1, to: 64, fallback: 4 },
    {
      says: 'Passwords checked at once in this process; further ones wait.',
      why: 'As many as the threads that Node gives to such work; each takes the memory below.',
    },
  ),
  SAP2_ARGON2_MEMORY_KIB: integer(
    { from: 8, to: 1_048_576, fallback: 19_456, unit: 'KiB' },
    {
      says: 'Memory of one argon2id hash, for passwords stored from now on.',
      why: 'OWASP, Password Storage Cheat Sheet: 19 MiB with two passes.',
    },
  ),
  SAP2_ARGON2_PASSES: integer(
    { from: 1, to: 16, fallback: 2 },
    { says: 'Passes of one argon2id hash.', why: 'Goes with the memory above.' },
  ),
} as const;
