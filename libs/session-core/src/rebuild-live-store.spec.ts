import { describe, expect, it } from '@jest/globals';
import { ALICE, aSession, BOB, clientAt, SessionWorld, TABLET, userOf } from '@sap2/test-support';
import { shardOf } from './ids.js';
import { RebuildLiveStore } from './rebuild-live-store.js';
import { STORE_BATCH } from './store-pages.js';

describe('the rebuild of the live store', () => {
  it('has nothing to do as long as nothing is lost', async () => {
    expect(await new RebuildLiveStore(new SessionWorld()).execute()).toBe(0);
  });

  it('F4: puts every session back that the ledger knows to be live, and none that ended', async () => {
    const world = new SessionWorld();
    const live = [
      await world.logIn(),
      await world.logIn({ user: userOf(ALICE, TABLET) }),
      await world.logIn({ user: userOf(BOB) }),
    ];
    const ended = await world.logIn({ user: userOf(ALICE, clientAt('gone')) });
    await world.ledger.end([ended], 'logout', { reason: undefined, onlyOwnedBy: undefined });
    world.live.loseEverything();
    expect(await new RebuildLiveStore(world).execute()).toBe(3);
    for (const id of live) expect(await world.isLive(id)).toBe(true);
    expect(await world.live.lostShards()).toEqual([]);
    expect(await world.live.count()).toEqual({ sessions: 3, deadlines: 3 });
  });

  it('V3: gives each session at least its full keep-alive time, and at most a tenth more', async () => {
    const world = new SessionWorld();
    await world.logIn({ timeToLiveS: 1000 });
    world.clock.advance(900_000);
    world.live.loseEverything();
    await new RebuildLiveStore(world).execute();
    world.clock.advance(1_059_999);
    expect(await world.sweep()).toBe(0);
    world.clock.advance(100_001);
    expect(await world.sweep()).toBe(1);
  });

  it('leaves a shard to the process that already rebuilds it', async () => {
    const world = new SessionWorld();
    await world.logIn();
    world.live.loseEverything();
    await world.live.beginRebuild(shardOf(ALICE), 30_000);
    expect(await new RebuildLiveStore(world).execute()).toBe(0);
    expect(await world.live.lostShards()).toEqual([shardOf(ALICE)]);
  });

  it('goes through a shard in batches', async () => {
    const world = new SessionWorld();
    const many = STORE_BATCH;
    const policy = { sameClient: 'reject', sessionsPerUser: many, overLimit: 'reject' } as const;
    for (let i = 0; i < many; i++) {
      const session = aSession({ client: clientAt(`many-${i}`) });
      await world.ledger.open({ session, transactionID: `many-${i}`, accountVersion: 1 }, policy);
    }
    world.live.loseEverything();
    expect(await new RebuildLiveStore(world).execute()).toBe(many);
    expect(await world.live.count()).toEqual({ sessions: many, deadlines: many });
  });
});
