import { parseOptions } from '@node-rs/argon2';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Account, AccountID } from '@sap2/session-core';
import { ALICE, BOB } from '@sap2/test-support';
import { createHash } from 'node:crypto';
import { Argon2Credentials, type CredentialCheck, type CredentialStore } from './argon2-credentials.js';
import { secretOfAccount, SecretVault } from './secret-vault.js';

const vault = new SecretVault([{ id: 'k1', key: new Uint8Array(32).fill(1) }]);
const NONCE = 'e6b68ebd81309d538357e39e2fba3204';
const digestOf = (password: string): string =>
  createHash('sha256')
    .update(NONCE + password)
    .digest('base64');

const checks: CredentialCheck[] = [];
const rehashes: [id: AccountID, before: string, after: string][] = [];
const STORE: CredentialStore = {
  checked: (check) => checks.push(check),
  rehashed: async (...rehash) => void rehashes.push(rehash),
};
const hashingWith = (memoryKiB: number, passes: number, parallel: number): Promise<Argon2Credentials> =>
  Argon2Credentials.create(vault, { memoryKiB, passes, parallel }, STORE);

let credentials: Argon2Credentials;
beforeAll(async () => {
  credentials = await hashingWith(64, 1, 2);
});

const account = async (id: AccountID, password: string, recoverable = true): Promise<Account> => ({
  id,
  suspended: false,
  version: 1,
  credentials: {
    passwordHash: await credentials.hash(password),
    recoverableSecret: recoverable ? vault.seal(password, secretOfAccount(id)) : undefined,
  },
});

describe('Argon2Credentials', () => {
  it('hashes by argon2id with the parameters given, differently every time', async () => {
    const hash = await credentials.hash('secret');
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=64,t=1,p=1\$/);
    expect(await credentials.hash('secret')).not.toBe(hash);
  });

  it('by default costs what is recommended for argon2id', async () => {
    const hashing = { memoryKiB: 19_456, passes: 2, parallel: 3 };
    const usual = await Argon2Credentials.create(vault, hashing, STORE);
    const { memoryCost, timeCost, parallelism } = parseOptions(await usual.hash('secret'));
    expect({ memoryCost, timeCost, parallelism }).toEqual({
      memoryCost: 19_456,
      timeCost: 2,
      parallelism: 1,
    });
  });

  it('knows the right password, and an unknown user has none', async () => {
    const alice = await account(ALICE, 'pässword ☃');
    expect(await credentials.passwordMatches(alice, 'pässword ☃')).toBe(true);
    for (const wrong of ['password', 'pässword', '', ' pässword ☃']) {
      expect(await credentials.passwordMatches(alice, wrong)).toBe(false);
    }
    expect(await credentials.passwordMatches(undefined, 'pässword ☃')).toBe(false);
  });

  it('knows the right digest, and an unknown user has none', async () => {
    const alice = await account(ALICE, 'secret');
    const matches = (who: Account | undefined, digest: string) =>
      credentials.digestMatches(who, 'SHA-256', NONCE, digest);
    expect(await matches(alice, digestOf('secret'))).toBe(true);
    expect(await matches(alice, digestOf('Secret'))).toBe(false);
    expect(await matches(undefined, digestOf('secret'))).toBe(false);
    expect(await matches(await account(BOB, 'secret', false), digestOf('secret'))).toBe(false);
  });

  it('stores a hash of ours in place of a foreign one, once its password was right', async () => {
    const foreign = '$2b$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e';
    const alice: Account = {
      ...(await account(ALICE, 'secret')),
      credentials: { passwordHash: foreign, recoverableSecret: undefined },
    };
    rehashes.length = 0;
    expect(await credentials.passwordMatches(alice, 'wrong')).toBe(false);
    expect(rehashes).toEqual([]);
    expect(await credentials.passwordMatches(alice, 'correct horse')).toBe(true);
    expect(rehashes).toEqual([[ALICE, foreign, expect.stringMatching(/^\$argon2id\$v=19\$m=64,t=1,p=1\$/)]]);
    const moved = { ...alice, credentials: { ...alice.credentials, passwordHash: rehashes[0]?.[2] ?? '' } };
    expect(await credentials.passwordMatches(moved, 'correct horse')).toBe(true);
    expect(rehashes).toHaveLength(1);
  });

  it('does not open the secret of an account for another', async () => {
    const alice = await account(ALICE, 'secret');
    const thief: Account = { ...alice, id: BOB };
    await expect(credentials.digestMatches(thief, 'SHA-256', NONCE, digestOf('secret'))).rejects.toThrow(BOB);
  });

  it('takes for an unknown user about as long as for a wrong password', async () => {
    const slow = await hashingWith(8_192, 2, 1);
    const alice: Account = {
      ...(await account(ALICE, 'secret')),
      credentials: { passwordHash: await slow.hash('secret'), recoverableSecret: undefined },
    };
    // Processor time of this process does not depend on other load.
    const timeMs = async (who: Account | undefined): Promise<number> => {
      const start = process.cpuUsage();
      await slow.passwordMatches(who, 'wrong');
      const { user, system } = process.cpuUsage(start);
      return (user + system) / 1000;
    };
    const times: [number, number][] = [];
    for (let i = 0; i < 12; i++) times.push([await timeMs(undefined), await timeMs(alice)]);
    const ratio = Math.min(...times.map(([nobody]) => nobody)) / Math.min(...times.map(([, hers]) => hers));
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });

  it('compares once, whatever the user and the result', async () => {
    const people = [await account(ALICE, 'secret'), await account(BOB, 'secret', false), undefined];
    for (const who of people) {
      checks.length = 0;
      await credentials.passwordMatches(who, 'wrong');
      await credentials.digestMatches(who, 'SHA-256', NONCE, digestOf('wrong'));
      expect(checks).toEqual(['password', 'digest']);
    }
  });

  it('computes no more hashes at once than its limit', async () => {
    const one = await hashingWith(8_192, 2, 1);
    const order: number[] = [];
    await Promise.all([1, 2, 3, 4].map(async (n) => order.push((await one.hash('secret'), n))));
    expect(order).toEqual([1, 2, 3, 4]);
  });
});
