import { describe, expect, it } from '@jest/globals';
import { ALICE, PHONE, PROVIDER, SeededRandomness } from '@sap2/test-support';
import fc from 'fast-check';
import {
  clientKeyOf,
  domainOfAccount,
  domainOfService,
  newUserSessionID,
  parseDomain,
  parseServiceID,
  parseUserID,
  parseUserSessionID,
  serviceOfDomain,
  SHARD_COUNT,
  shardOf,
  shardOfSession,
} from './ids.js';

describe('a user session id', () => {
  it('is 26 characters of the alphabet, begins with its shard, and is read back as itself', () => {
    const randomness = new SeededRandomness();
    const ids = Array.from({ length: 200 }, () => newUserSessionID(ALICE, randomness));
    expect(new Set(ids).size).toBe(200);
    for (const id of ids) {
      expect(id).toMatch(/^\d{2}[A-Za-z0-9]{24}$/);
      expect(shardOfSession(id)).toBe(shardOf(ALICE));
      expect(parseUserSessionID(id)).toBe(id);
    }
  });

  it('uses every letter about equally often', () => {
    const randomness = new SeededRandomness(7);
    const letters = Array.from({ length: 2000 }, () => newUserSessionID(ALICE, randomness).slice(2)).join('');
    const counts = new Map<string, number>();
    for (const letter of letters) counts.set(letter, (counts.get(letter) ?? 0) + 1);
    expect(counts.size).toBe(62);
    expect(Math.max(...counts.values()) / Math.min(...counts.values())).toBeLessThan(1.5);
  });

  it.each([
    '',
    '07',
    `99${'A'.repeat(24)}`,
    `16${'A'.repeat(24)}`,
    `00${'A'.repeat(23)}`,
    `00${'A'.repeat(25)}`,
    `00${'ä'.repeat(24)}`,
  ])('is not %p', (text) => {
    expect(parseUserSessionID(text)).toBeUndefined();
  });

  it('spreads accounts over all shards', () => {
    const shards = new Set(
      Array.from({ length: 1000 }, (_, i) => {
        const user = parseUserID(`user-${i}@provider.example`);
        return user.ok ? shardOf(user.value.account) : -1;
      }),
    );
    expect([...shards].toSorted((a, b) => a - b)).toEqual(Array.from({ length: SHARD_COUNT }, (_, i) => i));
  });
});

describe('a user id', () => {
  it.each([
    'wv:alice@provider.example',
    'alice@provider.example',
    'WV:Alice@PROVIDER.Example',
    'wv:alice@provider.example.',
    'wv:ａｌｉｃｅ@provider.example',
    'wv:alice@provider.example/phone',
  ])('%p names the one account', (text) => {
    expect(parseUserID(text)).toMatchObject({ ok: true, value: { account: ALICE, domain: PROVIDER } });
  });

  it('keeps its resource as it was sent', () => {
    expect(parseUserID('alice@provider.example/Phone/1')).toMatchObject({ value: { resource: 'Phone/1' } });
    expect(parseUserID('alice@provider.example')).toMatchObject({ value: { resource: undefined } });
  });

  it.each([
    '',
    'alice',
    '@provider.example',
    'alice@',
    'a@b@c',
    'a b@c',
    'wv:a:b@c',
    'a@-c',
    'a@c..d',
    'a\u200b@c',
    'a@c\n',
  ])('is not %p', (text) => {
    expect(parseUserID(text)).toEqual({ ok: false, error: 'not-a-user-id' });
  });

  it('is read back as itself once it was read', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (local, domain) => {
        const first = parseUserID(`${local}@${domain}`);
        fc.pre(first.ok);
        const again = parseUserID(first.value.account);
        expect(again).toMatchObject({ ok: true, value: { account: first.value.account } });
        expect(domainOfAccount(first.value.account)).toBe(first.value.domain);
      }),
    );
  });
});

describe('a service id', () => {
  it.each(['wv:@provider.example', 'WV:@Provider.Example', 'provider.example', '@provider.example.'])(
    '%p names the one SAP',
    (text) => {
      const parsed = parseServiceID(text);
      expect(parsed).toEqual({ ok: true, value: 'wv:@provider.example' });
      expect(parsed.ok && domainOfService(parsed.value)).toBe(PROVIDER);
      expect(parsed.ok && serviceOfDomain(domainOfService(parsed.value))).toBe('wv:@provider.example');
    },
  );

  it.each(['', 'wv:', 'wv:alice@provider.example', 'a/b', 'wv:@..'])('is not %p', (text) => {
    expect(parseServiceID(text)).toEqual({ ok: false, error: 'not-a-service-id' });
  });

  it('is of a domain of at most 253 characters', () => {
    expect(parseDomain('a'.repeat(253)).ok).toBe(true);
    expect(parseDomain('a'.repeat(254))).toEqual({ ok: false, error: 'not-a-domain' });
  });
});

describe('a client key', () => {
  it('differs where any form of the ClientID differs', () => {
    const forms = ['url', 'msisdn', 'text', 'applicationID'] as const;
    const nobody = { url: undefined, msisdn: undefined, text: undefined, applicationID: undefined };
    const keys = [PHONE, ...forms.map((form) => ({ ...nobody, [form]: 'x' }))].map(clientKeyOf);
    expect(new Set(keys).size).toBe(5);
    expect(clientKeyOf({ ...PHONE })).toBe(keys[0]);
  });
});
