import { describe, expect, it } from '@jest/globals';
import {
  ALICE,
  BOB,
  differing,
  OPERATOR,
  OTHER_OPERATOR,
  SessionWorld,
  someClientOf,
  TABLET,
  userOf,
} from '@sap2/test-support';
import type { SessionStores } from './end-session.js';
import { LogOut } from './log-out.js';

const logOut = (stores: SessionStores, userSessionID: string, user = someClientOf(ALICE), peer = OPERATOR) =>
  new LogOut(stores).execute({ peer, user, userSessionID });

describe('a logout', () => {
  it('V1: ends the session in both stores, and owes its owner no disconnect', async () => {
    const world = new SessionWorld();
    const id = await world.logIn();
    expect(await logOut(world, id, userOf(ALICE))).toEqual({ kind: 'logged-out' });
    expect(await world.isLive(id)).toBe(false);
    expect(await world.ledger.find(id)).toBeUndefined();
    expect(world.ledger.outbox).toEqual([]);
  });

  it('repeated by the peer that made it is 200 again', async () => {
    const world = new SessionWorld();
    const id = await world.logIn();
    await logOut(world, id);
    expect(await logOut(world, id)).toEqual({ kind: 'logged-out' });
  });

  it('of another user or client is 422, and the session lives on', async () => {
    const world = new SessionWorld();
    const id = await world.logIn();
    expect(await logOut(world, id, someClientOf(BOB))).toEqual({ kind: 'mismatch' });
    expect(await logOut(world, id, userOf(ALICE, TABLET))).toEqual({ kind: 'mismatch' });
    expect(await world.isLive(id)).toBe(true);
  });

  it("V4: of another peer's session, live or closed, is 604 like that of one that never was", async () => {
    const world = new SessionWorld();
    const id = await world.logIn();
    const byOther = () => logOut(world, id, someClientOf(ALICE), OTHER_OPERATOR);
    expect(await byOther()).toEqual({ kind: 'unknown' });
    expect(await world.isLive(id)).toBe(true);
    await logOut(world, id);
    expect(await byOther()).toEqual({ kind: 'unknown' });
    expect(await logOut(world, 'never')).toEqual({ kind: 'unknown' });
  });

  it('of a session that something else has ended is 604', async () => {
    const world = new SessionWorld();
    const id = await world.logIn({ timeToLiveS: 60 });
    world.clock.advance(120_000);
    await world.sweep();
    expect(await logOut(world, id)).toEqual({ kind: 'unknown' });
  });
});

describe('a logout that meets another end', () => {
  /** The other end comes between the first look and the logout's own end. */
  const meeting = (world: SessionWorld, otherEnd: (id: string) => Promise<unknown>): SessionStores => ({
    live: world.live,
    end: world.end,
    ledger: differing(world.ledger, {
      end: async (ids, cause, by) => {
        for (const id of ids) await otherEnd(id);
        return world.ledger.end(ids, cause, by);
      },
    }),
  });

  it('is 604 when the other one was forced', async () => {
    const world = new SessionWorld();
    const id = await world.logIn();
    const stores = meeting(world, () => world.forceEnd([id]));
    expect(await logOut(stores, id)).toEqual({ kind: 'unknown' });
    expect(world.ledger.outbox).toHaveLength(1);
  });

  it('is 200 when the other one was a logout too', async () => {
    const world = new SessionWorld();
    const id = await world.logIn();
    expect(
      await logOut(
        meeting(world, () => logOut(world, id)),
        id,
      ),
    ).toEqual({ kind: 'logged-out' });
  });

  it('is 200 when the other one crashed before the live store knew, and the ghost is gone', async () => {
    const world = new SessionWorld();
    const id = await world.logIn();
    const by = { reason: undefined, onlyOwnedBy: undefined };
    const stores = meeting(world, () => world.ledger.end([id], 'administrator', by));
    expect(await logOut(stores, id)).toEqual({ kind: 'logged-out' });
    expect(await world.live.count()).toEqual({ sessions: 0, deadlines: 0 });
  });
});
