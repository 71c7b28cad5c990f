import { describe, expect, it } from '@jest/globals';
import type { DigestSchema } from '@sap2/session-core';
import { createHash } from 'node:crypto';
import { digestAnswers } from './challenge-digest.js';

const NONCE = 'e6b68ebd81309d538357e39e2fba3204';
const VECTORS: readonly (readonly [DigestSchema, string])[] = [
  ['MD5', 'ofnsv5Ty36paeU1JJ+f8fQ=='],
  ['SHA', 'R6C0q/NgsL/bHoQa1IxATvpy0CQ='],
  ['SHA-256', createHash('sha256').update(`${NONCE}secret`).digest('base64')],
];

describe('the digest of a challenge login', () => {
  it.each(VECTORS)('%s is that of ssp-binding §4.1', (schema, digest) => {
    expect(digestAnswers(schema, NONCE, 'secret', digest)).toBe(true);
    expect(digestAnswers(schema, NONCE, 'Secret', digest)).toBe(false);
    expect(digestAnswers(schema, NONCE.toUpperCase(), 'secret', digest)).toBe(false);
  });

  it('is not taken for that of another schema, nor if it is cut, empty or no base64', () => {
    const [[, md5], [, sha]] = VECTORS as [(typeof VECTORS)[0], (typeof VECTORS)[0]];
    for (const wrong of [sha, md5.slice(0, 8), '', '%%%']) {
      expect(digestAnswers('MD5', NONCE, 'secret', wrong)).toBe(false);
    }
  });

  it.each(['latin1', 'utf8'] as const)('may be over the password in %s', (encoding) => {
    const digest = createHash('md5').update(NONCE).update(Buffer.from('pässwörd', encoding)).digest('base64');
    expect(digestAnswers('MD5', NONCE, 'pässwörd', digest)).toBe(true);
  });

  it('of a password that ISO-8859-1 can not write is over UTF-8 only', () => {
    const over = (octets: Buffer) => createHash('md5').update(NONCE).update(octets).digest('base64');
    expect(digestAnswers('MD5', NONCE, 'пароль', over(Buffer.from('пароль', 'utf8')))).toBe(true);
    expect(digestAnswers('MD5', NONCE, 'пароль', over(Buffer.from('пароль', 'latin1')))).toBe(false);
  });
});
