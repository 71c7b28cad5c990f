import { describe, expect, it } from '@jest/globals';
import { SecretUnreadableError, SecretVault } from './secret-vault.js';

const key = (id: string, fill: number) => ({ id, key: new Uint8Array(32).fill(fill) });
const vault = new SecretVault([key('k1', 1)]);

describe('SecretVault', () => {
  it('opens what it sealed, whatever text it is', () => {
    for (const secret of ['', 'secret', 'ünï ☃ 𝒳', 'x'.repeat(10_000)]) {
      expect(vault.open(vault.seal(secret, 'account a'), 'account a')).toBe(secret);
    }
  });

  it('writes the version, the key id and nothing of the secret', () => {
    const sealed = vault.seal('secret', 'account a');
    expect(sealed).toMatch(/^v1\.k1\.[\w-]{16}\.[\w-]+$/);
    expect(sealed).not.toBe(vault.seal('secret', 'account a'));
  });

  it('signs with the first key, and checks with the one that signed', () => {
    const rotated = new SecretVault([key('k2', 2), key('k1', 1)]);
    const signature = vault.sign('content', 'purpose');
    expect(signature.key).toBe('k1');
    expect(rotated.checkSignature('content', 'purpose', signature)).toBe('right');
    expect(rotated.sign('content', 'purpose')).toMatchObject({ key: 'k2' });
    for (const [content, purpose, changes] of [
      ['other', 'purpose', {}],
      ['content', 'other', {}],
      ['content', 'purpose', { key: 'k2' }],
      ['content', 'purpose', { mac: signature.mac.slice(2) }],
      ['content', 'purpose', { mac: '' }],
    ] as const)
      expect(rotated.checkSignature(content, purpose, { ...signature, ...changes })).toBe('wrong-signature');
    expect(new SecretVault([key('k2', 2)]).checkSignature('content', 'purpose', signature)).toBe(
      'unknown-key',
    );
  });

  it('refuses a ciphertext that was moved to another row', () => {
    const sealed = vault.seal('secret', 'account a');
    expect(() => vault.open(sealed, 'account b')).toThrow(SecretUnreadableError);
  });

  it('refuses a ciphertext that was changed or cut, anywhere', () => {
    const sealed = vault.seal('secret', 'account a');
    const [version, id, iv, body] = sealed.split('.') as [string, string, string, string];
    const flipped = Buffer.from(body, 'base64url');
    flipped.writeUInt8(flipped.readUInt8(0) ^ 1, 0);
    for (const wrong of [
      [version, id, iv, flipped.toString('base64url')].join('.'),
      [version, id, iv, body.slice(0, -4)].join('.'),
      [version, id, iv, ''].join('.'),
      [version, id, 'A'.repeat(16), body].join('.'),
      [version, id, '', body].join('.'),
      ['v2', id, iv, body].join('.'),
      `${sealed}.more`,
      'plain text',
      '',
    ]) {
      expect(() => vault.open(wrong, 'account a')).toThrow(SecretUnreadableError);
    }
  });

  it('F13: opens with every key and seals with the first', () => {
    const old = vault.seal('secret', 'account a');
    const rotated = new SecretVault([key('k2', 2), key('k1', 1)]);
    expect(rotated.open(old, 'account a')).toBe('secret');
    const fresh = rotated.seal('secret', 'account a');
    expect(fresh).toMatch(/^v1\.k2\./);
    expect(() => vault.open(fresh, 'account a')).toThrow(
      'account a: sealed with key "k2", which is not given',
    );
    expect(new SecretVault([key('k2', 2)]).open(fresh, 'account a')).toBe('secret');
  });

  it('does not take a ciphertext for that of another key of the same id', () => {
    const other = new SecretVault([key('k1', 9)]);
    expect(() => other.open(vault.seal('secret', 'account a'), 'account a')).toThrow(SecretUnreadableError);
  });

  it('V8: says whose secret can not be read, and nothing of it', () => {
    const sealed = vault.seal('secret', 'account a');
    expect(() => vault.open(sealed, 'account b')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(sealed.slice(8)) }),
    );
  });

  it('takes 1 to many keys of 32 bytes with different ids', () => {
    expect(() => new SecretVault([])).toThrow('at least one');
    expect(() => new SecretVault([{ id: 'k', key: new Uint8Array(31) }])).toThrow('32 bytes');
    expect(() => new SecretVault([key('a.b', 1)])).toThrow('letters');
    expect(() => new SecretVault([key('k', 1), key('k', 2)])).toThrow('same id');
  });

  it('derives a key for each purpose, the same every time', () => {
    const derived = vault.deriveKey('repetition');
    expect(derived).toHaveLength(32);
    expect(new SecretVault([key('k1', 1)]).deriveKey('repetition')).toEqual(derived);
    expect(vault.deriveKey('cursors')).not.toEqual(derived);
    expect(new SecretVault([key('k1', 2)]).deriveKey('repetition')).not.toEqual(derived);
  });
});
