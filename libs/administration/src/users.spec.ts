import { describe, expect, it } from '@jest/globals';
import {
  accountNamed,
  OPERATOR,
  OTHER_OPERATOR,
  ROOT,
  userOf,
  USUAL_PASSWORDS,
  UserWorld,
  withPassword,
} from '@sap2/test-support';
import type { UserSessionID } from '@sap2/session-core';
import { Users } from './users.js';

const CAROL = accountNamed('carol');
const PASSWORD = 'carol-secret';
const AIM = { id: CAROL, expectedRevision: undefined };

const usersOf = ({ users: book, attempts, end }: UserWorld) =>
  new Users(book, attempts, end, USUAL_PASSWORDS);

async function worldWithCarol(): Promise<{ readonly world: UserWorld; readonly session: UserSessionID }> {
  const world = new UserWorld();
  const outcome = await usersOf(world).create(ROOT, {
    userID: 'Carol@provider.example.',
    password: PASSWORD,
  });
  expect(outcome).toMatchObject({ kind: 'created', user: { id: CAROL } });
  const session = await world.logIn({ user: userOf(CAROL), proof: withPassword(PASSWORD) });
  return { world, session };
}

describe('a user', () => {
  it('is one user however its name is written', async () => {
    const { world } = await worldWithCarol();
    const users = usersOf(world);
    for (const userID of [
      'wv:carol@provider.example',
      'CAROL@PROVIDER.EXAMPLE',
      'wv:ｃarol@provider.example.',
    ]) {
      expect(await users.create(ROOT, { userID, password: PASSWORD })).toEqual({ kind: 'exists' });
    }
  });

  it.each<[string, (world: UserWorld) => Promise<unknown>]>([
    ['suspended', (world) => usersOf(world).suspend(ROOT, AIM, 'abuse')],
    ['deleted', (world) => usersOf(world).delete(ROOT, AIM)],
    ['given the same password', (world) => usersOf(world).setPassword(ROOT, AIM, { password: PASSWORD })],
    [
      'suspended among other changes',
      (world) => usersOf(world).change(ROOT, AIM, { suspended: true, challengeLogin: false }),
    ],
    ['logged out everywhere', (world) => usersOf(world).endSessions(ROOT, CAROL, undefined)],
  ])('V1: that is %s has no session left in either store', async (_, act) => {
    const { world, session } = await worldWithCarol();
    await act(world);
    expect(await world.ledger.find(session)).toBeUndefined();
    const caller = { peer: OPERATOR, account: CAROL, clientKey: undefined };
    expect(await world.live.look(session, caller)).toMatchObject({ kind: 'ended' });
    expect(world.users.audit).toHaveLength(2);
  });

  it('that is reactivated can log in again', async () => {
    const { world } = await worldWithCarol();
    await usersOf(world).suspend(ROOT, AIM, 'abuse');
    await usersOf(world).reactivate(ROOT, AIM);
    const session = await world.logIn({ user: userOf(CAROL), proof: withPassword(PASSWORD) });
    expect(await world.isLive(session)).toBe(true);
  });

  it('that is unlocked may guess again at every peer', async () => {
    const { world } = await worldWithCarol();
    const peers = [OPERATOR, OTHER_OPERATOR];
    const counted = () => peers.map((peer) => world.attempts.counted(peer, CAROL));
    for (const peer of peers) {
      const guess = world.logIn({ peer, user: userOf(CAROL), proof: withPassword('a guess') });
      await expect(guess).rejects.toThrow('wrong-credentials');
    }
    expect(counted()).toEqual([1, 1]);
    expect(await usersOf(world).unlock(ROOT, CAROL)).toBe(true);
    expect(counted()).toEqual([0, 0]);
    const nobody = accountNamed('nobody');
    expect(await usersOf(world).unlock(ROOT, nobody)).toBe(false);
  });

  it('that is refused names the wrong field', async () => {
    const { world } = await worldWithCarol();
    const refused = async (patch: object) => usersOf(world).change(ROOT, AIM, patch);
    expect(await refused({ challengeLogin: true })).toMatchObject({
      kind: 'refused',
      field: 'challengeLogin',
    });
    expect(await refused({ suspendedReason: 'x' })).toMatchObject({ field: 'suspendedReason' });
    expect(await usersOf(world).setPassword(ROOT, AIM, { password: 'short' })).toMatchObject({
      kind: 'refused',
      field: 'password',
    });
  });
});
