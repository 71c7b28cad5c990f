import { describe, expect, it } from '@jest/globals';
import {
  accountNamed,
  ALICE,
  BOB,
  differing,
  digestOf,
  OPERATOR,
  OTHER_OPERATOR,
  PASSWORD,
  PROVIDER,
  SessionWorld,
  TABLET,
  userOf,
  withPassword,
} from '@sap2/test-support';
import { AuthenticateUser, type AuthenticateUserRequest } from './authenticate-user.js';
import { BeginLogin } from './begin-login.js';
import type { DigestSchema } from './ports/accounts.port.js';

const NOBODY = accountNamed('nobody');

const attempt = (particulars: Partial<AuthenticateUserRequest> = {}): AuthenticateUserRequest => ({
  peer: OPERATOR,
  user: userOf(ALICE),
  transactionID: 't-1',
  proof: withPassword(),
  ...particulars,
});

/** Phase 1, by alice's phone over OPERATOR unless it is said otherwise. */
async function challenge(world: SessionWorld, schema: DigestSchema, by = attempt()): Promise<string> {
  const begin = new BeginLogin(world.nonces, world.randomness, world.directory);
  const outcome = await begin.execute({ ...by, cspVersion: undefined, digestSchemas: [schema] });
  if (outcome.kind !== 'challenge') throw new Error(outcome.kind);
  return outcome.nonce;
}

const digest = (nonce: string, schema: DigestSchema, named?: string, password = PASSWORD) =>
  ({ scheme: 'digest', nonce, digestSchema: named, digestBytes: digestOf(schema, nonce, password) }) as const;

const MANY = 5;

describe('a two-way login', () => {
  it('with the right password is authenticated, as the account now stands', async () => {
    const world = new SessionWorld();
    world.accounts.change(ALICE, 'raise-version');
    expect(await new AuthenticateUser(world).execute(attempt())).toMatchObject({
      kind: 'authenticated',
      account: { id: ALICE, version: 2 },
    });
  });

  it('with a wrong password is refused like one of a user that does not exist, after the same work: 409', async () => {
    const world = new SessionWorld();
    const authenticate = new AuthenticateUser(world);
    const wrong = await authenticate.execute(attempt({ proof: withPassword('wrong') }));
    const unknown = await authenticate.execute(attempt({ user: userOf(NOBODY) }));
    expect(wrong).toEqual({ kind: 'wrong-credentials', why: 'wrong-password' });
    expect(unknown).toEqual({ kind: 'wrong-credentials', why: 'unknown-user' });
    expect(world.credentials.checks).toEqual(['known-user', 'unknown-user']);
  });

  it('says that an account is suspended only to who knows its password: 403', async () => {
    const world = new SessionWorld();
    world.accounts.change(ALICE, 'suspend');
    const authenticate = new AuthenticateUser(world);
    expect(await authenticate.execute(attempt())).toEqual({ kind: 'account-suspended' });
    expect(await authenticate.execute(attempt({ proof: withPassword('wrong') }))).toEqual({
      kind: 'wrong-credentials',
      why: 'wrong-password',
    });
  });
});

describe('a user of a domain with a user directory', () => {
  const NEW = accountNamed('new');
  const withDirectory = () => {
    const world = new SessionWorld();
    world.directory.serve(PROVIDER, { hasUserDirectory: true });
    for (const account of [ALICE, NEW]) world.userDirectories.add(account, 'in-the-directory');
    const ask = (account = ALICE, password = 'in-the-directory') =>
      new AuthenticateUser(world).execute(attempt({ user: userOf(account), proof: withPassword(password) }));
    return { world, ask };
  };

  it('is let in by the directory, and never by a password that is stored here', async () => {
    const { world, ask } = withDirectory();
    expect(await ask()).toMatchObject({ kind: 'authenticated', account: { id: ALICE, version: 1 } });
    expect(await ask(ALICE, PASSWORD)).toEqual({ kind: 'wrong-credentials', why: 'wrong-password' });
    expect(await ask(NOBODY)).toEqual({ kind: 'wrong-credentials', why: 'unknown-user' });
    expect(world.credentials.checks).toEqual([]);
  });

  it('gets an account with its first right password, and not before', async () => {
    const { world, ask } = withDirectory();
    expect(await ask(NEW, 'wrong')).toMatchObject({ kind: 'wrong-credentials' });
    expect(world.accounts.now(NEW)).toBeUndefined();
    expect(await ask(NEW)).toMatchObject({ kind: 'authenticated', account: { id: NEW } });
    expect(world.accounts.now(NEW)).toBeDefined();
  });

  it('that is suspended here stays out: 403, only with the right password', async () => {
    const { world, ask } = withDirectory();
    world.accounts.change(ALICE, 'suspend');
    expect(await ask()).toEqual({ kind: 'account-suspended' });
    expect(await ask(ALICE, 'wrong')).toMatchObject({ kind: 'wrong-credentials' });
  });

  it('is locked after the usual number of guesses, and then the directory is not asked', async () => {
    const { world, ask } = withDirectory();
    for (let guess = 0; guess < MANY; guess++) await ask(ALICE, 'wrong');
    expect(await ask()).toMatchObject({ kind: 'too-many-attempts', why: 'user-locked' });
    expect(world.userDirectories.asked).toHaveLength(MANY);
  });

  it('loses no guess while the directory is away: 503 with a time', async () => {
    const { world, ask } = withDirectory();
    world.userDirectories.isAway = true;
    for (let guess = 0; guess <= MANY; guess++)
      expect(await ask(ALICE, 'wrong')).toEqual({ kind: 'user-directory-unavailable', retryAfterS: 5 });
    world.userDirectories.isAway = false;
    expect(await ask()).toMatchObject({ kind: 'authenticated' });
  });

  it('has no challenge login, whoever it is: 543 in both phases, and no guess is counted', async () => {
    const { world } = withDirectory();
    const begin = new BeginLogin(world.nonces, world.randomness, world.directory);
    for (const user of [userOf(ALICE), userOf(NOBODY)]) {
      const phase = { peer: OPERATOR, user, cspVersion: undefined, digestSchemas: ['SHA'] };
      expect(await begin.execute(phase)).toEqual({ kind: 'challenge-not-possible' });
      const proof = digest('e6b68ebd81309d538357e39e2fba3204', 'SHA');
      expect(await new AuthenticateUser(world).execute(attempt({ user, proof }))).toEqual({
        kind: 'challenge-not-possible',
      });
    }
    expect(world.userDirectories.asked).toEqual([]);
  });
});

describe('a challenge login', () => {
  it.each(['SHA-256', 'SHA', 'MD5'] as const)('with the right %s digest is authenticated', async (schema) => {
    const world = new SessionWorld();
    for (const named of [undefined, schema]) {
      const nonce = await challenge(world, schema);
      const proof = digest(nonce, schema, named);
      expect(await new AuthenticateUser(world).execute(attempt({ proof }))).toMatchObject({
        kind: 'authenticated',
      });
    }
  });

  it('with the right nonce and a wrong digest is refused, and the nonce is gone: 409, then 401', async () => {
    const world = new SessionWorld();
    const authenticate = new AuthenticateUser(world);
    const nonce = await challenge(world, 'SHA');
    const wrong = attempt({ proof: digest(nonce, 'SHA', 'SHA', 'wrong') });
    expect(await authenticate.execute(wrong)).toEqual({ kind: 'wrong-credentials', why: 'wrong-digest' });
    const right = attempt({ proof: digest(nonce, 'SHA', 'SHA'), transactionID: 't-2' });
    expect(await authenticate.execute(right)).toMatchObject({ kind: 'challenge', schema: 'SHA' });
  });

  it('reports the lock of the user, once, at the wrong digest that reaches the limit', async () => {
    const world = new SessionWorld();
    for (let guess = 0; guess < 5; guess++) {
      expect(world.lockedOut).toEqual([]);
      const nonce = await challenge(world, 'SHA');
      const wrong = attempt({ proof: digest(nonce, 'SHA', 'SHA', 'wrong'), transactionID: `t-${guess}` });
      await new AuthenticateUser(world).execute(wrong);
    }
    expect(world.lockedOut).toEqual([{ peer: OPERATOR, account: ALICE, forMs: expect.any(Number) }]);
  });

  it('of a user that does not exist is refused like a wrong digest, after the same work', async () => {
    const world = new SessionWorld();
    const by = attempt({ user: userOf(NOBODY) });
    const nonce = await challenge(world, 'SHA', by);
    const outcome = await new AuthenticateUser(world).execute({ ...by, proof: digest(nonce, 'SHA') });
    expect(outcome).toEqual({ kind: 'wrong-credentials', why: 'unknown-user' });
    expect(world.credentials.checks).toEqual(['unknown-user']);
  });

  it('is given its result again when the same transaction asks again after a crash', async () => {
    const world = new SessionWorld();
    const request = attempt({ proof: digest(await challenge(world, 'SHA'), 'SHA') });
    for (let i = 0; i < 2; i++) {
      expect(await new AuthenticateUser(world).execute(request)).toMatchObject({ kind: 'authenticated' });
    }
  });

  it('with an expired nonce gets a fresh one that works: 401', async () => {
    const world = new SessionWorld();
    const authenticate = new AuthenticateUser(world);
    const old = await challenge(world, 'MD5');
    world.clock.advance(121_000);
    const stale = await authenticate.execute(attempt({ proof: digest(old, 'MD5', 'MD5') }));
    if (stale.kind !== 'challenge') throw new Error(stale.kind);
    expect(stale).toEqual({ kind: 'challenge', schema: 'MD5', nonce: expect.not.stringMatching(old) });
    const again = attempt({ proof: digest(stale.nonce, 'MD5', 'MD5'), transactionID: 't-2' });
    expect(await authenticate.execute(again)).toMatchObject({ kind: 'authenticated' });
  });

  it.each([
    ['another peer', attempt({ peer: OTHER_OPERATOR })],
    ['another user', attempt({ user: userOf(BOB) })],
    ['another client', attempt({ user: userOf(ALICE, TABLET) })],
  ])('with a nonce given to %s gets a fresh one: 401', async (_who, by) => {
    const world = new SessionWorld();
    const nonce = await challenge(world, 'SHA', by);
    const outcome = await new AuthenticateUser(world).execute(
      attempt({ proof: digest(nonce, 'SHA', 'SHA') }),
    );
    expect(outcome).toMatchObject({ kind: 'challenge', schema: 'SHA' });
    expect(world.credentials.checks).toEqual([]);
  });

  it('that names another schema than its nonce was given for gets a fresh one for that, and its nonce is gone', async () => {
    const world = new SessionWorld();
    const authenticate = new AuthenticateUser(world);
    const nonce = await challenge(world, 'SHA-256');
    const other = await authenticate.execute(attempt({ proof: digest(nonce, 'MD5', 'MD5') }));
    expect(other).toMatchObject({ kind: 'challenge', schema: 'MD5' });
    const late = attempt({ proof: digest(nonce, 'SHA-256'), transactionID: 't-2' });
    expect(await authenticate.execute(late)).toMatchObject({ kind: 'challenge' });
  });

  it.each([
    ['the schema of the nonce', 'SHA-256', 'MD4', true],
    ['SHA', 'SHA', undefined, false],
    ['SHA', 'SHA', 'MD4', false],
  ] as const)('whose schema is not known gets a nonce for %s', async (_which, schema, named, issued) => {
    const world = new SessionWorld();
    const nonce = issued ? await challenge(world, schema) : 'f'.repeat(32);
    const outcome = await new AuthenticateUser(world).execute(
      attempt({ proof: digest(nonce, 'MD5', named) }),
    );
    expect(outcome).toMatchObject({ kind: 'challenge', schema });
  });
});

describe('guesses', () => {
  it('beyond the limit are not checked, not even the right one: 503 with a time', async () => {
    const world = new SessionWorld();
    const authenticate = new AuthenticateUser(world);
    for (let i = 0; i < MANY; i++) await authenticate.execute(attempt({ proof: withPassword('wrong') }));
    expect(await authenticate.execute(attempt())).toEqual({
      kind: 'too-many-attempts',
      why: 'user-locked',
      retryAfterS: 300,
    });
    expect(world.credentials.checks).toHaveLength(MANY);
  });

  it('say with the last one for how long the user is locked', async () => {
    const authenticate = new AuthenticateUser(new SessionWorld());
    const guess = () => authenticate.execute(attempt({ proof: withPassword('wrong') }));
    for (let i = 1; i < MANY; i++) expect(await guess()).not.toHaveProperty('lockedForMs');
    expect(await guess()).toMatchObject({ kind: 'wrong-credentials', lockedForMs: 300_000 });
  });

  it('made at once are never more than the limit', async () => {
    const world = new SessionWorld();
    const authenticate = new AuthenticateUser(world);
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, (_, i) =>
        authenticate.execute(attempt({ proof: withPassword('wrong'), transactionID: `t-${i}` })),
      ),
    );
    expect(world.credentials.checks).toHaveLength(MANY);
    expect(outcomes.filter(({ kind }) => kind === 'wrong-credentials')).toHaveLength(MANY);
  });

  it('that are right are all let in, however many are made at once', async () => {
    const world = new SessionWorld();
    const authenticate = new AuthenticateUser(world);
    const outcomes = await Promise.all(
      Array.from({ length: 4 * MANY }, async (_, i) => {
        const outcome = await authenticate.execute(attempt({ transactionID: `t-${i}` }));
        if (outcome.kind === 'authenticated') await outcome.settle();
        return outcome;
      }),
    );
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['authenticated']));
    expect(world.attempts.counted(OPERATOR, ALICE)).toBe(0);
  });

  it('that wait for others are asked to try again when those take too long', async () => {
    const world = new SessionWorld();
    const clientKey = 'another';
    for (let i = 0; i < MANY; i++)
      await world.attempts.begin({ peer: OPERATOR, account: ALICE, clientKey, transactionID: `slow-${i}` });
    expect(await new AuthenticateUser(world).execute(attempt())).toEqual({
      kind: 'too-many-attempts',
      why: 'others-checked-first',
      retryAfterS: 5,
    });
    expect(world.credentials.checks).toEqual([]);
  });

  it('at one user by one operator stop neither another user nor another operator', async () => {
    const world = new SessionWorld();
    const authenticate = new AuthenticateUser(world);
    for (let i = 0; i < MANY; i++) await authenticate.execute(attempt({ proof: withPassword('wrong') }));
    expect(await authenticate.execute(attempt({ user: userOf(BOB) }))).toMatchObject({
      kind: 'authenticated',
    });
    expect(await authenticate.execute(attempt({ peer: OTHER_OPERATOR }))).toMatchObject({
      kind: 'authenticated',
    });
  });

  it('are only what was wrong: neither the right password nor a useless nonce counts', async () => {
    const world = new SessionWorld();
    const authenticate = new AuthenticateUser(world);
    const right = await authenticate.execute(attempt());
    if (right.kind === 'authenticated') await right.settle();
    await authenticate.execute(attempt({ proof: digest('0'.repeat(32), 'SHA') }));
    world.accounts.change(ALICE, 'suspend');
    await authenticate.execute(attempt());
    expect(world.attempts.counted(OPERATOR, ALICE)).toBe(0);
  });

  it('are not counted when a store fails before they were checked', async () => {
    const world = new SessionWorld();
    const failure = new Error('the database is away');
    const accounts = differing(world.accounts, { find: () => Promise.reject(failure) });
    await expect(new AuthenticateUser(differing(world, { accounts })).execute(attempt())).rejects.toBe(
      failure,
    );
    expect(world.attempts.counted(OPERATOR, ALICE)).toBe(0);
  });
});
