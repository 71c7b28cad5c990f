import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Handset } from './handset.js';

const NONCE = 'e6b68ebd81309d538357e39e2fba3204';
const phone = (password: string): Handset => new Handset('alice@provider.example', 'phone-1', password);

const hash = (nonce: string, password: Buffer): string =>
  createHash('sha256').update(nonce).update(password).digest('base64');

describe('a handset', () => {
  it('answers a nonce as the published vectors say', () => {
    expect(phone('secret').answer(NONCE, 'MD5')).toBe('ofnsv5Ty36paeU1JJ+f8fQ==');
    expect(phone('secret').answer(NONCE, 'SHA')).toBe('R6C0q/NgsL/bHoQa1IxATvpy0CQ=');
  });

  it('takes a password as ISO-8859-1 where it fits, and as UTF-8 where not', () => {
    expect(phone('grün').answer(NONCE, 'SHA-256')).toBe(hash(NONCE, Buffer.from('grün', 'latin1')));
    expect(phone('зелёный').answer(NONCE, 'SHA-256')).toBe(hash(NONCE, Buffer.from('зелёный', 'utf8')));
  });

  it('does not show its password to a user who looks at it', () => {
    expect(JSON.stringify(phone('secret'))).not.toContain('secret');
    expect(Object.values(phone('secret'))).not.toContain('secret');
  });

  it('can not answer in a schema that it does not know', () => {
    expect(() => phone('secret').answer(NONCE, 'CRC')).toThrow('CRC');
  });
});
