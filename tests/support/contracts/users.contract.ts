import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Actor, ChangeRequest, NewUser, UserBook, UserPageRequest } from '@sap2/administration';
import type { AccountID, Domain, EndCause, UserSessionID } from '@sap2/session-core';
import { domainOfAccount } from '@sap2/session-core';
import { accountNamed, OPERATOR, PROVIDER } from './contract-world.js';
import type { Plain } from './plain-port.js';

/** Users of PROVIDER, none of whose names begins with "contract-". */
export interface UsersSubject {
  readonly users: Plain<UserBook>;
  /** A live session of this user. */
  readonly logIn: (account: AccountID, password: string) => Promise<UserSessionID>;
  readonly isLive: (session: UserSessionID) => Promise<boolean>;
  /** The cause of the disconnect that the owner of an ended session must get. */
  readonly owedFor: (session: UserSessionID) => Promise<EndCause | undefined>;
}

const ROOT: Actor = { name: 'root', from: '192.0.2.1', requestID: 'r1' };
const EVERYBODY: UserPageRequest = {
  prefix: 'wv:contract-',
  domain: undefined,
  suspended: undefined,
  after: undefined,
  limit: 100,
};
const NAME = accountNamed('contract-a');

export const aUser = (changes: Partial<NewUser> = {}): NewUser => ({
  id: NAME,
  domain: PROVIDER,
  credentials: { kind: 'password', password: 'first password', challengeLogin: true },
  suspension: undefined,
  ...changes,
});

const change = (what: ChangeRequest['change'], expectedRevision?: number): ChangeRequest => ({
  id: NAME,
  action: 'user.change',
  change: what,
  expectedRevision,
});

const withPassword = (password: string, challengeLogin = true) => ({
  credentials: { kind: 'password', password, challengeLogin } as const,
});
const SUSPENDED = { suspension: { suspended: true, reason: 'abuse' } } as const;

/** What every Users does, whatever it is made of. */
export function describeUsersContract(name: string, makeSubject: () => Promise<UsersSubject>): void {
  describe(`${name}, as Users`, () => {
    let subject: UsersSubject;
    let users: Plain<UserBook>;
    beforeEach(async () => {
      subject = await makeSubject();
      users = subject.users;
    });

    const create = async (changes: Partial<NewUser> = {}): Promise<void> => {
      expect(await users.create(ROOT, aUser(changes))).toMatchObject({ kind: 'created' });
    };

    it('creates a user once, and only in a domain that is served', async () => {
      const first = await users.create(ROOT, aUser());
      if (first.kind !== 'created') throw new Error(first.kind);
      expect(first.user).toMatchObject({
        id: NAME,
        domain: PROVIDER,
        suspended: false,
        suspendedReason: undefined,
        challengeLogin: true,
        revision: 1,
      });
      expect(await users.find(NAME)).toEqual(first.user);
      expect(await users.create(ROOT, aUser())).toEqual({ kind: 'exists' });
      const elsewhere = 'wv:contract-a@nowhere.example' as AccountID;
      const domain = domainOfAccount(elsewhere);
      expect(await users.create(ROOT, aUser({ id: elsewhere, domain }))).toEqual({
        kind: 'domain-not-served',
      });
    });

    it.each([
      ['a suspension', SUSPENDED, 'account-suspended'],
      ['a new password', withPassword('second password'), 'credentials-changed'],
      ['a suspension with a new password', { ...SUSPENDED, ...withPassword('x') }, 'account-suspended'],
    ] as const)('%s ends the sessions, and their owner is owed a disconnect', async (_, what, cause) => {
      await create();
      const session = await subject.logIn(NAME, 'first password');
      const outcome = await users.change(ROOT, change(what));
      if (outcome.kind !== 'changed') throw new Error(outcome.kind);
      expect(outcome.ended).toEqual([{ id: session, peer: OPERATOR, cause }]);
      expect(outcome.user.revision).toBe(2);
      expect(await subject.isLive(session)).toBe(false);
      expect(await subject.owedFor(session)).toBe(cause);
    });

    it('a user loses what challenge logins need, and neither password nor sessions', async () => {
      await create();
      const session = await subject.logIn(NAME, 'first password');
      const outcome = await users.change(ROOT, change({ endChallengeLogin: true }));
      expect(outcome).toMatchObject({ kind: 'changed', user: { challengeLogin: false }, ended: [] });
      expect(await subject.isLive(session)).toBe(true);
      await subject.logIn(NAME, 'first password');
    });

    it('a change to what is already so changes nothing', async () => {
      await create({ suspension: SUSPENDED.suspension });
      const before = await users.find(NAME);
      expect(await users.change(ROOT, change(SUSPENDED))).toEqual({
        kind: 'changed',
        user: before,
        ended: [],
      });
    });

    it('reactivated, a user has no reason left and can log in', async () => {
      await create({ suspension: SUSPENDED.suspension });
      expect(await users.change(ROOT, change({ suspension: { suspended: false } }))).toMatchObject({
        user: { suspended: false, suspendedReason: undefined },
      });
      expect(await subject.isLive(await subject.logIn(NAME, 'first password'))).toBe(true);
    });

    it('a change that is based on an older revision is refused', async () => {
      await create();
      await users.change(ROOT, change(SUSPENDED, 1));
      expect(await users.change(ROOT, change({ suspension: { suspended: false } }, 1))).toEqual({
        kind: 'stale',
      });
      expect(await users.delete(ROOT, NAME, 1)).toEqual({ kind: 'stale' });
      expect(await users.delete(ROOT, NAME, 2)).toEqual({ kind: 'deleted', ended: [] });
    });

    it('deletes a user with its sessions, and the name is free again', async () => {
      await create();
      const session = await subject.logIn(NAME, 'first password');
      const cause = 'account-deleted';
      expect(await users.delete(ROOT, NAME, undefined)).toEqual({
        kind: 'deleted',
        ended: [{ id: session, peer: OPERATOR, cause }],
      });
      expect(await subject.owedFor(session)).toBe(cause);
      expect(await users.find(NAME)).toBeUndefined();
      await create();
    });

    it('ends the sessions of a user that stays', async () => {
      await create();
      const session = await subject.logIn(NAME, 'first password');
      expect(await users.endSessions(ROOT, NAME, undefined)).toEqual([
        { id: session, peer: OPERATOR, cause: 'administrator' },
      ]);
      expect(await users.endSessions(ROOT, NAME, undefined)).toEqual([]);
      await subject.logIn(NAME, 'first password');
    });

    it('knows at which peers a user may be locked', async () => {
      await create();
      expect(await users.recordUnlock(ROOT, NAME)).toContain(OPERATOR);
    });

    it('of somebody unknown nothing is changed', async () => {
      expect(await users.find(NAME)).toBeUndefined();
      expect(await users.change(ROOT, change(SUSPENDED))).toEqual({ kind: 'unknown' });
      expect(await users.delete(ROOT, NAME, undefined)).toEqual({ kind: 'unknown' });
      expect(await users.endSessions(ROOT, NAME, undefined)).toBeUndefined();
      expect(await users.recordUnlock(ROOT, NAME)).toBeUndefined();
    });

    describe('searched', () => {
      const names = ['a', 'ab', 'b', 'ä', 'z'].map((local) => accountNamed(`contract-${local}`));
      const found = async (filter: Partial<UserPageRequest>): Promise<string[]> =>
        (await users.page({ ...EVERYBODY, ...filter })).map(({ id }) => id);
      beforeEach(async () => {
        for (const id of names) {
          const suspension = id === names[1] || id === names[3] ? SUSPENDED.suspension : undefined;
          await create({ id, suspension });
        }
      });

      it('come in the order of their characters, page by page', async () => {
        const inOrder = [names[0], names[1], names[2], names[4], names[3]];
        expect(await found({})).toEqual(inOrder);
        expect(await found({ limit: 2, after: names[0]! })).toEqual(inOrder.slice(1, 3));
      });

      it.each<[string, Partial<UserPageRequest>, number[]]>([
        ['the beginning of the name', { prefix: 'wv:contract-a' }, [0, 1]],
        ['suspension', { suspended: true }, [1, 3]],
        ['no suspension', { suspended: false }, [0, 2, 4]],
        ['domain', { domain: PROVIDER, limit: 2 }, [0, 1]],
        ['another domain', { domain: 'nowhere.example' as Domain }, []],
        ['all of them', { prefix: 'wv:contract-a', domain: PROVIDER, suspended: false }, [0]],
      ])('are found by %s', async (_, filter, expected) => {
        expect(await found(filter)).toEqual(expected.map((index) => names[index]));
      });
    });

    describe('imported', () => {
      const two = [NAME, accountNamed('contract-b')] as const;
      const batch = (...changes: readonly Partial<NewUser>[]) =>
        users.importBatch(
          ROOT,
          two.map((id, index) => aUser({ id, ...changes[index] })),
          { dryRun: false },
        );

      it('are created, and the same again changes nothing', async () => {
        expect(await batch()).toEqual({ statuses: ['created', 'created'], ended: [] });
        const session = await subject.logIn(NAME, 'first password');
        const before = await users.page(EVERYBODY);
        expect(await batch()).toEqual({ statuses: ['unchanged', 'unchanged'], ended: [] });
        expect(await users.page(EVERYBODY)).toEqual(before);
        expect(await subject.isLive(session)).toBe(true);
      });

      it('are said what would happen, and nothing does', async () => {
        await create();
        const wanted = two.map((id) => aUser({ id, ...withPassword('second password') }));
        const { statuses, ended } = await users.importBatch(ROOT, wanted, { dryRun: true });
        expect({ statuses, ended }).toEqual({ statuses: ['changed', 'created'], ended: [] });
        expect(await users.find(two[1])).toBeUndefined();
        expect(await users.find(NAME)).toMatchObject({ revision: 1 });
      });

      it('lose their sessions where the password is new, or a suspension', async () => {
        await batch();
        const sessions = [];
        for (const id of two) sessions.push(await subject.logIn(id, 'first password'));
        const { statuses, ended } = await batch(withPassword('second password'), SUSPENDED);
        expect(statuses).toEqual(['changed', 'changed']);
        expect(new Map(ended.map(({ id, cause }) => [id, cause]))).toEqual(
          new Map([
            [sessions[0], 'credentials-changed'],
            [sessions[1], 'account-suspended'],
          ]),
        );
      });

      it('of a domain that is not served are refused, and the others are not', async () => {
        const elsewhere = { id: 'wv:a@nowhere.example' as AccountID, domain: 'nowhere.example' as Domain };
        const { statuses } = await batch(elsewhere, {});
        expect(statuses).toEqual(['domain-not-served', 'created']);
      });
    });
  });
}
