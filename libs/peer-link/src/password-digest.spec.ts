import { describe, expect, it } from '@jest/globals';
import { digestMatches, digestSchemaOf, hmacSha256Digest, md5Digest } from './password-digest.js';

const SECRET = 'shared secret é';
const SUBJECT = { receiverToken: 'TB', sender: 'wv:@a.example', receiver: 'wv:@b.example' };
/** Made by another program: HMAC-SHA-256 of the three lines under the secret in UTF-8. */
const DIGEST = 'mBIxPnBlc0XNNz456Fm2zmYaTD8g1lwxMx5CIGn3SaA=';

describe('PasswordDigest (ssp-binding §3)', () => {
  it('HMAC-SHA-256 is over the token of the receiver and both names, a line each', () => {
    expect(hmacSha256Digest(SECRET, SUBJECT)).toBe(DIGEST);
    expect(hmacSha256Digest(SECRET, { ...SUBJECT, receiverToken: '\n TB\n' })).toBe(DIGEST);
  });

  it('MD5 is over the token alone, without the newlines around it', () => {
    expect(md5Digest('\nccf35a8fc12a3cc6ce1ee2a6382b2413\n')).toBe('vWzy610R7WNnw77QRUayEw==');
  });

  it.each([
    ['another token', { ...SUBJECT, receiverToken: 'TA' }],
    ['another sender', { ...SUBJECT, sender: 'wv:@c.example' }],
    ['another receiver', { ...SUBJECT, receiver: 'wv:@c.example' }],
    ['the other direction', { ...SUBJECT, sender: SUBJECT.receiver, receiver: SUBJECT.sender }],
  ])('is wrong for %s', (_name, subject) => {
    expect(digestMatches(DIGEST, 'HMAC-SHA-256', [SECRET], SUBJECT)).toBe(true);
    expect(digestMatches(DIGEST, 'HMAC-SHA-256', [SECRET], subject)).toBe(false);
  });

  it('is right under any of the secrets of a rotation, and under no other', () => {
    expect(digestMatches(DIGEST, 'HMAC-SHA-256', ['new', SECRET], SUBJECT)).toBe(true);
    expect(digestMatches(DIGEST, 'HMAC-SHA-256', [SECRET, 'new'], SUBJECT)).toBe(true);
    expect(digestMatches(DIGEST, 'HMAC-SHA-256', ['new', 'newer'], SUBJECT)).toBe(false);
  });

  it('is never right without a secret, even one made with an empty secret', () => {
    const empty = hmacSha256Digest('', SUBJECT);
    expect(digestMatches(empty, 'HMAC-SHA-256', [], SUBJECT)).toBe(false);
    expect(digestMatches(empty, 'HMAC-SHA-256', [''], SUBJECT)).toBe(false);
  });

  it.each(['', '=', 'not base64 at all!', DIGEST.slice(4), `AAAA${DIGEST}`])(
    'is wrong when it is %j',
    (value) => {
      expect(digestMatches(value, 'HMAC-SHA-256', [SECRET], SUBJECT)).toBe(false);
      expect(digestMatches(value, 'MD5', [SECRET], SUBJECT)).toBe(false);
    },
  );

  it('does not mistake one schema for the other', () => {
    const md5 = md5Digest(SUBJECT.receiverToken);
    expect(digestMatches(md5, 'MD5', [], SUBJECT)).toBe(true);
    expect(digestMatches(md5, 'HMAC-SHA-256', [SECRET], SUBJECT)).toBe(false);
    expect(digestMatches(DIGEST, 'MD5', [SECRET], SUBJECT)).toBe(false);
  });

  it('reads a missing schema as MD5 and an unknown one as none', () => {
    expect(digestSchemaOf(undefined)).toBe('MD5');
    expect(digestSchemaOf('MD5')).toBe('MD5');
    expect(digestSchemaOf('HMAC-SHA-256')).toBe('HMAC-SHA-256');
    expect(digestSchemaOf('hmac-sha-256')).toBeUndefined();
    expect(digestSchemaOf('SHA')).toBeUndefined();
  });
});
