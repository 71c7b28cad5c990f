import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AccountID } from '@sap2/session-core';
import {
  accountNamed,
  ALICE,
  BOB,
  describeUserDirectoriesContract,
  ManualClock,
  PASSWORD_IN_DIRECTORY,
  PROVIDER,
  SeededRandomness,
} from '@sap2/test-support';
import { HttpDirectory } from './http-directory.js';
import type { DirectoryAnswer, DirectoryCaller } from './ports/directory-calls.port.js';
import type { UserDirectoryEntry } from './ports/user-directory-book.port.js';
import { type CheckResult, ProviderDirectories } from './provider-directories.js';
import { RememberedPasswords } from './remembered-passwords.js';

/** A service of the provider in memory, and what was reported of it. */
class World implements DirectoryCaller {
  readonly clock = new ManualClock();
  readonly calls: { userID: string; deadlineMs: number; headers: Readonly<Record<string, string>> }[] = [];
  readonly results: CheckResult[] = [];
  readonly failures: string[] = [];
  backs = 0;
  isAway = false;
  entry: UserDirectoryEntry | undefined;
  readonly directories: ProviderDirectories;

  constructor() {
    this.settle(1, 0);
    const randomness = new SeededRandomness();
    const sign = () => ({ 'webhook-signature': 'signed' });
    this.directories = new ProviderDirectories({
      book: { userDirectoryOf: () => this.entry },
      ldap: { check: () => Promise.reject(new Error('there is no LDAP here')) },
      http: new HttpDirectory({ caller: this, sign, clock: this.clock, randomness }),
      newMemory: () => new RememberedPasswords(this.clock, randomness),
      clock: this.clock,
      report: {
        checked: (_domain, result) => void this.results.push(result),
        failed: (_domain, detail) => void this.failures.push(detail),
        back: () => void this.backs++,
      },
    });
  }

  settle(revision: number, rememberS: number): void {
    const settings = { kind: 'http', url: 'https://directory.example/', deadlineMs: 700, rememberS } as const;
    this.entry = { settings, secret: () => 'whsec_', revision };
  }

  post: DirectoryCaller['post'] = (_url, body, deadlineMs, headers): Promise<DirectoryAnswer> => {
    const asked = JSON.parse(Buffer.from(body).toString()) as { userID: AccountID; password: string };
    this.calls.push({ userID: asked.userID, deadlineMs, headers });
    if (this.isAway) return Promise.resolve({ kind: 'failure', detail: 'ECONNREFUSED' });
    const isKnown = asked.userID === ALICE || asked.userID === BOB;
    const isRight = isKnown && asked.password === PASSWORD_IN_DIRECTORY;
    const result = isRight ? 'right' : isKnown ? 'wrong' : 'unknown-user';
    return Promise.resolve({
      kind: 'answer',
      httpStatus: 200,
      body: Buffer.from(JSON.stringify({ result })),
    });
  };

  check = (account: AccountID = ALICE, password: string = PASSWORD_IN_DIRECTORY) =>
    this.directories.check(PROVIDER, account, password);
}

describeUserDirectoriesContract('ProviderDirectories with a service', () => {
  const world = new World();
  return Promise.resolve({
    directories: world.directories,
    setAway: async (isAway) => {
      world.isAway = isAway;
    },
    close: async () => {},
  });
});

let world: World;
beforeEach(() => {
  world = new World();
});

describe('a directory that fails', () => {
  beforeEach(() => {
    world.isAway = true;
  });

  it('is not asked for 10 s after the fifth failure; then one login tries it', async () => {
    for (let login = 0; login < 5; login++)
      expect(await world.check()).toEqual({ kind: 'unavailable', retryAfterS: 5 });
    expect(await world.check()).toEqual({ kind: 'unavailable', retryAfterS: 10 });
    world.clock.advance(9_999);
    expect(await world.check()).toEqual({ kind: 'unavailable', retryAfterS: 1 });
    expect(world.calls).toHaveLength(5);
    world.clock.advance(1);
    const both = await Promise.all([world.check(), world.check()]);
    expect(both.map(({ kind }) => kind)).toEqual(['unavailable', 'unavailable']);
    expect(world.calls).toHaveLength(6);
    world.isAway = false;
    world.clock.advance(10_000);
    expect(await world.check()).toEqual({ kind: 'right' });
    expect(world.backs).toBe(1);
    expect(await world.check(ALICE, 'wrong')).toEqual({ kind: 'wrong', why: 'wrong-password' });
    expect(world.backs).toBe(1);
  });

  it('is asked again at once when it has new settings', async () => {
    for (let login = 0; login < 6; login++) await world.check();
    world.settle(2, 0);
    await world.check();
    expect(world.calls).toHaveLength(6);
    expect(world.results).toEqual([...Array<string>(5).fill('failed'), 'resting', 'failed']);
    expect(world.failures).toEqual(Array<string>(6).fill('ECONNREFUSED'));
  });

  it('says no more than that if its secret cannot be opened', async () => {
    world.entry = world.entry && {
      ...world.entry,
      secret: () => {
        throw new Error('sealed with key "old", which is not given');
      },
    };
    expect(await world.check()).toMatchObject({ kind: 'unavailable' });
    expect(world.failures).toEqual(['sealed with key "old", which is not given']);
  });
});

describe('a right password', () => {
  it('is remembered for as long as the settings say, for this user only', async () => {
    world.settle(2, 30);
    await world.check();
    world.isAway = true;
    world.clock.advance(29_999);
    expect(await world.check()).toEqual({ kind: 'right' });
    expect(await world.check(BOB)).toMatchObject({ kind: 'unavailable' });
    world.clock.advance(1);
    expect(await world.check()).toMatchObject({ kind: 'unavailable' });
    expect(world.results).toEqual(['right', 'remembered', 'failed', 'failed']);
  });

  it('is forgotten with new settings, and a wrong one is never remembered', async () => {
    world.settle(2, 30);
    await world.check();
    await world.check(ALICE, 'wrong');
    await world.check(ALICE, 'wrong');
    world.settle(3, 30);
    await world.check();
    expect(world.results).toEqual(['right', 'wrong', 'wrong', 'right']);
  });
});

describe('a domain', () => {
  it('that has no directory any more gets no verdict', async () => {
    world.entry = undefined;
    expect(await world.check(accountNamed('carol'))).toMatchObject({ kind: 'unavailable' });
    expect(world.calls).toEqual([]);
  });
});
