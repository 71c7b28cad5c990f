import { describe, expect, it } from '@jest/globals';
import { ALICE, PROVIDER, USUAL_PASSWORDS } from '@sap2/test-support';
import { type EntryRefusal, readUserEntry, type UserEntry } from './user-entry.js';

const SALT = 'c2FsdHNhbHRzYWx0';
const HASH = 'aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g';
const phc = (parameters: string): string => `$argon2id$v=19$${parameters}$${SALT}$${HASH}`;
const OURS = phc('m=19456,t=2,p=1');

const read = (entry: Partial<UserEntry>) =>
  readUserEntry({ userID: 'wv:alice@provider.example', ...entry }, USUAL_PASSWORDS);

describe('a user that is written down', () => {
  it('has a password that is recoverable unless it says otherwise', () => {
    const user = { id: ALICE, domain: PROVIDER, suspension: undefined };
    const password = 'long enough';
    const credentials = { kind: 'password', password, challengeLogin: true };
    expect(read({ password })).toEqual({ ok: true, value: { ...user, credentials } });
    expect(read({ password, challengeLogin: false })).toEqual({
      ok: true,
      value: { ...user, credentials: { ...credentials, challengeLogin: false } },
    });
    expect(read({ passwordHash: OURS })).toEqual({
      ok: true,
      value: { ...user, credentials: { kind: 'hash', passwordHash: OURS } },
    });
  });

  it.each<[string, Partial<UserEntry>, EntryRefusal['field']]>([
    ['no user id', { userID: 'someone', password: 'long enough' }, 'userID'],
    ['a resource', { userID: 'alice@provider.example/home', password: 'long enough' }, 'userID'],
    ['half a character', { userID: '\ud800@provider.example', password: 'long enough' }, 'userID'],
    ['a name too long', { userID: `${'a'.repeat(300)}@provider.example`, password: 'long enough' }, 'userID'],
    ['neither password nor hash', {}, 'password'],
    ['both', { password: 'long enough', passwordHash: OURS }, 'passwordHash'],
    ['a password too short', { password: '1234567' }, 'password'],
    ['a password too long', { password: 'x'.repeat(257) }, 'password'],
    ['a password that XML cannot carry', { password: 'line\u0000end-of-it' }, 'password'],
    ['half a character in its password', { password: 'half of \ud800' }, 'password'],
    [
      'a challenge login without the password',
      { passwordHash: OURS, challengeLogin: true },
      'challengeLogin',
    ],
    ['a hash of too much memory', { passwordHash: phc('m=262145,t=2,p=1') }, 'passwordHash'],
    ['a hash of too many passes', { passwordHash: phc('m=19456,t=17,p=1') }, 'passwordHash'],
    ['a hash of no passes', { passwordHash: phc('m=19456,t=0,p=1') }, 'passwordHash'],
    ['a bcrypt hash that is cut', { passwordHash: '$2b$12$abcdefghijklmnopqrstuv' }, 'passwordHash'],
    [
      'a bcrypt hash of too high a cost',
      { passwordHash: '$2b$15$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e' },
      'passwordHash',
    ],
    ['a hash of an unknown kind', { passwordHash: '{SSHA}c2FsdHNhbHRzYWx0' }, 'passwordHash'],
    ['a reason without suspension', { password: 'long enough', suspendedReason: 'x' }, 'suspendedReason'],
    [
      'a reason of two lines',
      { password: 'long enough', suspended: true, suspendedReason: 'a\nb' },
      'suspendedReason',
    ],
  ])('is refused with %s, and nothing that was written is repeated', (_, entry, field) => {
    const outcome = read(entry);
    if (outcome.ok) throw new Error('not refused');
    expect(outcome.error).toMatchObject({ kind: 'refused', field });
    const said = Object.values(entry).filter((value) => typeof value === 'string' && value.length > 1);
    for (const value of said) expect(outcome.error.detail).not.toContain(value);
  });
});
