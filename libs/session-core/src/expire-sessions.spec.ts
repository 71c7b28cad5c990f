import { describe, expect, it } from '@jest/globals';
import {
  ALICE,
  aSession,
  BOB,
  clientAt,
  differing,
  OPERATOR,
  SessionWorld,
  TABLET,
  userOf,
} from '@sap2/test-support';
import { CLAIM_LEASE_MS } from './end-session.js';
import { ExpireSessions, SWEEP_BATCH } from './expire-sessions.js';
import { shardOf } from './ids.js';

const HER_SHARD = shardOf(ALICE);

describe('a step of the sweeper', () => {
  it('V3: ends what is past keep-alive time and grace, with 600, and nothing else', async () => {
    const world = new SessionWorld();
    const silent = await world.logIn({ timeToLiveS: 60 });
    const patient = await world.logIn({ timeToLiveS: 61, user: userOf(ALICE, TABLET) });
    const sweeper = new ExpireSessions(world);
    world.clock.advance(119_999);
    expect(await sweeper.execute(HER_SHARD)).toEqual({ claimed: 0, ended: 0 });
    world.clock.advance(1);
    expect(await sweeper.execute(HER_SHARD)).toEqual({ claimed: 1, ended: 1 });
    expect(await world.isLive(silent)).toBe(false);
    expect(await world.isLive(patient)).toBe(true);
    expect(world.ledger.outbox).toEqual([{ id: silent, peer: OPERATOR, cause: 'expired' }]);
    expect(await world.live.count()).toEqual({ sessions: 1, deadlines: 1 });
  });

  it('is for one shard', async () => {
    const world = new SessionWorld();
    await world.logIn({ timeToLiveS: 60, user: userOf(BOB) });
    world.clock.advance(120_000);
    expect(await new ExpireSessions(world).execute(HER_SHARD)).toEqual({ claimed: 0, ended: 0 });
    expect(await new ExpireSessions(world).execute(shardOf(BOB))).toEqual({ claimed: 1, ended: 1 });
  });

  it('removes sessions that the ledger had ended before, without another disconnect', async () => {
    const world = new SessionWorld();
    const ghost = await world.logIn({ timeToLiveS: 60 });
    await world.ledger.end([ghost], 'administrator', { reason: undefined, onlyOwnedBy: undefined });
    world.clock.advance(120_000);
    expect(await new ExpireSessions(world).execute(HER_SHARD)).toEqual({ claimed: 1, ended: 0 });
    expect(await world.live.count()).toEqual({ sessions: 0, deadlines: 0 });
    expect(world.ledger.outbox).toHaveLength(1);
  });

  it('that crashed is done again by the next one', async () => {
    const world = new SessionWorld();
    await world.logIn({ timeToLiveS: 60 });
    world.clock.advance(120_000);
    const ledger = differing(world.ledger, { end: () => Promise.reject(new Error('the database is away')) });
    await expect(
      new ExpireSessions({ ledger, live: world.live, end: world.end }).execute(HER_SHARD),
    ).rejects.toThrow('the database is away');
    const sweeper = new ExpireSessions(world);
    expect(await sweeper.execute(HER_SHARD)).toEqual({ claimed: 0, ended: 0 });
    world.clock.advance(CLAIM_LEASE_MS);
    expect(await sweeper.execute(HER_SHARD)).toEqual({ claimed: 1, ended: 1 });
  });

  it('ends each with the cause it was claimed with', async () => {
    const world = new SessionWorld();
    const leftOut = await world.logIn({ sapEpoch: 'n:1' });
    const silent = await world.logIn({ timeToLiveS: 60, user: userOf(ALICE, TABLET) });
    const rule = { peer: OPERATOR, idleSinceMs: 0, sapEpoch: 'n:2' };
    await world.live.claimLeftOut([leftOut], rule, CLAIM_LEASE_MS);
    world.clock.advance(120_000);
    expect(await new ExpireSessions(world).execute(HER_SHARD)).toEqual({ claimed: 2, ended: 2 });
    expect(new Map(world.ledger.outbox.map(({ id, cause }) => [id, cause]))).toEqual(
      new Map([
        [leftOut, 'left-out-of-sync'],
        [silent, 'expired'],
      ]),
    );
  });

  it('takes a batch and leaves the rest to the next one', async () => {
    const world = new SessionWorld();
    for (let i = 0; i <= SWEEP_BATCH; i++) {
      await world.live.put(aSession({ client: clientAt(`many-${i}`), keepAliveTimeS: 60 }));
    }
    world.clock.advance(120_000);
    const sweeper = new ExpireSessions(world);
    expect(await sweeper.execute(HER_SHARD)).toMatchObject({ claimed: SWEEP_BATCH });
    expect(await sweeper.execute(HER_SHARD)).toMatchObject({ claimed: 1 });
  });
});
