import { verify as verifyArgon2 } from '@node-rs/argon2';
import { kindOfHash, type PasswordHashKind } from '@sap2/administration';
import { pbkdf2, scrypt, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';

type Check = (passwordHash: string, password: string) => Promise<boolean>;

/** All of them leave the event loop free: they compute in libuv's pool, or in a thread of their own. */
const CHECKS = {
  argon2: (passwordHash, password) => verifyArgon2(passwordHash, password),
  bcrypt: (passwordHash, password) =>
    inAThread(import.meta.resolve('bcryptjs'), 'compareSync', password, passwordHash),
  scrypt: scryptMatches,
  pbkdf2: pbkdf2Matches,
  'sha-crypt': (passwordHash, password) =>
    inAThread(import.meta.resolve('unixcrypt'), 'verify', password, passwordHash),
} as const satisfies Record<PasswordHashKind, Check>;

/** @throws for a hash that `readPasswordHash` of administration refuses */
export function hashMatches(passwordHash: string, password: string): Promise<boolean> {
  const kind = kindOfHash(passwordHash);
  if (kind === undefined) throw new Error('A stored password hash has no form that this version knows');
  return CHECKS[kind](passwordHash, password);
}

const SCRYPT_FIXED_BYTES = 1024 * 1024;

async function scryptMatches(passwordHash: string, password: string): Promise<boolean> {
  const [, , costs = '', salt = '', hash = ''] = passwordHash.split('$');
  const [ln = 0, r = 0, p = 0] = costs.split(',').map((one) => Number(one.slice(one.indexOf('=') + 1)));
  const expected = Buffer.from(hash, 'base64');
  const N = 2 ** ln;
  const maxmem = 128 * r * (N + p) + SCRYPT_FIXED_BYTES;
  const found = await derivedByScrypt(password, Buffer.from(salt, 'base64'), expected.length, {
    N,
    r,
    p,
    maxmem,
  });
  return timingSafeEqual(found, expected);
}

interface ScryptCosts {
  readonly N: number;
  readonly r: number;
  readonly p: number;
  readonly maxmem: number;
}
const derivedByScrypt: (
  password: string,
  salt: Buffer,
  bytes: number,
  costs: ScryptCosts,
) => Promise<Buffer> = promisify(scrypt);
const derivedByPbkdf2 = promisify(pbkdf2);

/** Two forms: `$pbkdf2-sha256$i=N$salt$hash`, and Django's, whose salt is text. */
async function pbkdf2Matches(passwordHash: string, password: string): Promise<boolean> {
  const isText = !passwordHash.startsWith('$');
  const [name = '', rounds = '', salt = '', hash = ''] = passwordHash.replace(/^\$/, '').split('$');
  const expected = octetsOf(hash);
  const found = await derivedByPbkdf2(
    password,
    isText ? Buffer.from(salt, 'utf8') : octetsOf(salt),
    Number(rounds.replace('i=', '')),
    expected.length,
    name.slice('pbkdf2-'.length),
  );
  return timingSafeEqual(found, expected);
}

/** Base64, where some libraries write `.` for `+`. */
const octetsOf = (base64: string): Buffer => Buffer.from(base64.replaceAll('.', '+'), 'base64');

/** These libraries compute without a pause, for up to seconds. So each check has a thread of its own. */
async function inAThread(library: string, check: string, ...args: readonly string[]): Promise<boolean> {
  const worker = new Worker(THREAD, {
    eval: true,
    workerData: { library, check, args },
  });
  // `once` rejects when the thread fails.
  const [isRight] = (await once(worker, 'message')) as [boolean];
  return isRight;
}

const THREAD = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { library, check, args } = workerData;
  import(library).then((exported) => parentPort.postMessage(exported[check](...args)));
`;
