import { describe, expect, it } from '@jest/globals';
import { ALICE, aSession, BOB, plain, SessionWorld, TABLET, userOf } from '@sap2/test-support';
import { CompareStores } from './compare-stores.js';
import { LiveStoreUnavailableError } from './ports/live-sessions.port.js';
import { RebuildLiveStore } from './rebuild-live-store.js';
import { type RepairMode, RepairStores } from './repair-stores.js';

const NOBODY = { reason: undefined, onlyOwnedBy: undefined };
const compare = (world: SessionWorld, meanwhile = world.pause) =>
  new CompareStores(world, meanwhile).execute();

async function repair(world: SessionWorld, mode: RepairMode) {
  return new RepairStores(world).execute(await compare(world), mode, 'a test');
}

describe('the comparison of the stores', () => {
  it('finds nothing after a life without accidents', async () => {
    const world = new SessionWorld();
    await world.logIn();
    await world.end.announce(world.ledger.end([await world.logIn({ user: userOf(BOB) })], 'logout', NOBODY));
    expect(await compare(world)).toEqual({ compared: 1, missing: [], leftOver: [], lostShards: [] });
  });

  it('finds what is in one store only, and who owns it', async () => {
    const world = new SessionWorld();
    const [held, left] = [await world.logIn(), await world.logIn({ user: userOf(ALICE, TABLET) })];
    await world.ledger.end([left], 'logout', NOBODY);
    const { session, transactionID } = { session: aSession({ account: BOB }), transactionID: 'crashed' };
    const policy = { sameClient: 'takeover', sessionsPerUser: 3, overLimit: 'evict-oldest' } as const;
    await world.ledger.open({ session, transactionID, accountVersion: 1 }, policy);
    expect(await compare(world)).toMatchObject({
      compared: 2,
      missing: [session.id],
      leftOver: [{ id: left, peer: session.peer }],
    });
    expect(await world.isLive(held)).toBe(true);
  });

  it('finds no fault with what is under way', async () => {
    const world = new SessionWorld();
    const [ending, other] = [await world.logIn(), await world.logIn({ user: userOf(BOB) })];
    const ended = await plain(world.ledger).end([ending], 'logout', NOBODY);
    const differences = await compare(world, async () => void (await world.live.remove(ended)));
    expect(differences).toMatchObject({ missing: [], leftOver: [] });
    expect(await world.isLive(other)).toBe(true);
  });

  it('does not judge by a store that lost its content in the middle', async () => {
    const world = new SessionWorld();
    const ended = await plain(world.ledger).end([await world.logIn()], 'logout', NOBODY);
    expect(ended).toHaveLength(1);
    const losing = compare(world, async () => world.live.loseEverything());
    await expect(losing).rejects.toBeInstanceOf(LiveStoreUnavailableError);
  });
});

describe('a repair', () => {
  it('puts back what is live in the ledger, and removes what is not', async () => {
    const world = new SessionWorld();
    const left = await world.logIn();
    await world.ledger.end([left], 'logout', NOBODY);
    const lost = await world.logIn({ user: userOf(BOB) });
    world.live.loseEverything();
    const session = await world.ledger.find(lost);
    for (const shard of await world.live.lostShards()) await world.live.completeRebuild(shard);
    expect(session).toBeDefined();
    expect(await repair(world, 'repair')).toEqual({ putBack: 1, ended: 0, removed: 0 });
    expect(await world.isLive(lost)).toBe(true);
    expect(await compare(world)).toMatchObject({ missing: [], leftOver: [] });
  });

  it('ends in the ledger what the live store knows to have ended', async () => {
    const world = new SessionWorld();
    const id = await world.logIn();
    const session = await world.ledger.find(id);
    await world.live.remove([{ id, peer: session!.peer, cause: 'logout' }]);
    expect(await repair(world, 'repair')).toEqual({ putBack: 0, ended: 1, removed: 0 });
    expect(await world.ledger.find(id)).toBeUndefined();
    expect(world.ledger.outbox).toMatchObject([{ id, cause: 'administrator' }]);
  });

  it('after a restore lets live only what is in both stores', async () => {
    const world = new SessionWorld();
    const [both, onlyLedger, onlyLive] = [
      await world.logIn(),
      await world.logIn({ user: userOf(ALICE, TABLET) }),
      await world.logIn({ user: userOf(BOB) }),
    ];
    const session = await world.ledger.find(onlyLedger);
    await world.live.remove([{ id: onlyLedger, peer: session!.peer, cause: 'logout' }]);
    await world.ledger.end([onlyLive], 'logout', NOBODY);
    expect(await repair(world, 'restored')).toEqual({ putBack: 0, ended: 1, removed: 1 });
    expect([await world.isLive(both), await world.isLive(onlyLedger), await world.isLive(onlyLive)]).toEqual([
      true,
      false,
      false,
    ]);
    expect(await world.live.count()).toEqual({ sessions: 1, deadlines: 1 });
    expect(await world.ledger.countLive()).toBe(1);
  });

  it('after a restore with an empty live store ends everything: no store knows who logged out since', async () => {
    const world = new SessionWorld();
    await world.logIn();
    await world.logIn({ user: userOf(BOB) });
    world.live.loseEverything();
    expect(await repair(world, 'restored')).toEqual({ putBack: 0, ended: 2, removed: 0 });
    expect(await new RebuildLiveStore(world).execute()).toBe(0);
    expect(world.ledger.outbox).toHaveLength(2);
  });
});
