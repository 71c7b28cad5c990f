import { describe, expect, it } from '@jest/globals';
import { readPasswordHash } from '@sap2/administration';
import { hashMatches } from './imported-hashes.js';

/** Each of them was made by another program than ours. */
const HASHES: readonly [made: string, passwordHash: string, password?: string][] = [
  [
    'argon2i, from the reference implementation',
    '$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA',
    'password',
  ],
  [
    'argon2id, from the reference implementation',
    '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
    'password',
  ],
  ['bcrypt', '$2b$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e'],
  ['bcrypt as PHP writes it', '$2y$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e'],
  ['scrypt', '$scrypt$ln=14,r=8,p=1$c2FsdHNhbHRzYWx0c2FsIQ$0J7OPNSpie6TCrywU8tz7lVQm2k3pcBIjC/gLkKNlgc'],
  ['PBKDF2 with SHA-1', '$pbkdf2-sha1$29000$c2FsdHNhbHRzYWx0c2FsIQ$6b62k8UMFHlkZfFASsm2q782jVQ'],
  [
    'PBKDF2 with SHA-256',
    '$pbkdf2-sha256$29000$c2FsdHNhbHRzYWx0c2FsIQ$Nb4Yz1E00PCNbrkAoiMHyLuMxNLNOVuT7/GWaekvR4Q',
  ],
  [
    'PBKDF2 with SHA-512',
    '$pbkdf2-sha512$29000$c2FsdHNhbHRzYWx0c2FsIQ$TbwVEVarBRcsWreGqJTCBagKc/6BzXxSuLtwRDw1e/mtGXP0lcEKmMYe9.HJaWr/pKdaH0wb7cGMayp4ZXPvGw',
  ],
  [
    'PBKDF2 in the form of PHC',
    '$pbkdf2-sha256$i=30000$c2FsdHNhbHRzYWx0c2FsIQ$q8TGZgUjNeO7v+Jtt06gF8f98rrSNFDVYJvk39b4lfs',
  ],
  ['PBKDF2 of Django', 'pbkdf2_sha256$260000$abcdefGH12$A6uJ13EckjwUyCz/Mq4LLEZDWp/95m01KC0VkIzQ6r8='],
  ['SHA-crypt 256', '$5$abc$HEtZB/1K6XJ99xRK14R.qL6AxT3f9/cPAGbTKZddAT6'],
  ['SHA-crypt 256 with rounds', '$5$rounds=10000$saltsalt$zoVzFxtD/FUIWmi1BdjqRCHLUq8RVIwaCrFcb2X8/B9'],
  [
    'SHA-crypt 512',
    '$6$saltsaltsaltsalt$GkzgkzVbauGAKXpOTbypQEKy/9yJWVjcvXvDw7CxoJjnJ1.w.g1rV8bhCVTpHrRrO/h6b3DAwPN3y5qmHXZ1R1',
  ],
  [
    'SHA-crypt 512 with few rounds',
    '$6$rounds=1000$roundslow$zxLxgReQJX2je8ohClN9VwQJTQwXC4jQQdyPYDvYqOWkhhvCxGSMmHAGWAalZdKijT/kabzRyAfyom/58XMTr0',
  ],
];

describe('a password hash of another system', () => {
  it.each(HASHES)('of %s knows its password and no other', async (...[, passwordHash, password]) => {
    const right = password ?? 'correct horse';
    expect(readPasswordHash(passwordHash)).toBeUndefined();
    expect(await hashMatches(passwordHash, right)).toBe(true);
    expect(await hashMatches(passwordHash, `${right}r`)).toBe(false);
    expect(await hashMatches(passwordHash, '')).toBe(false);
  });

  it('of a form that each import refuses is an error, and no login', async () => {
    expect(() => hashMatches('plain text', 'plain text')).toThrow('no form');
    const cut = (HASHES[2]?.[1] ?? '').slice(0, -1);
    expect(() => hashMatches(cut, 'correct horse')).toThrow('no form');
  });
});
