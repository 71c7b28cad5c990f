import { describe, expect, it } from '@jest/globals';
import {
  ALICE,
  aSession,
  BOB,
  OPERATOR,
  OTHER_OPERATOR,
  SessionWorld,
  TABLET,
  userOf,
} from '@sap2/test-support';
import { LiveStoreUnavailableError } from '../ports/live-sessions.port.js';
import { STORE_BATCH } from '../store-pages.js';

describe('an end of sessions that is announced', () => {
  it('V1, V2: ends each in both stores, and owes its owner one disconnect', async () => {
    const world = new SessionWorld();
    const hers = await world.logIn();
    const his = await world.logIn({ user: userOf(BOB), peer: OTHER_OPERATOR });
    const kept = await world.logIn({ user: userOf(ALICE, TABLET) });
    const ended = [
      { id: hers, peer: OPERATOR, cause: 'administrator' },
      { id: his, peer: OTHER_OPERATOR, cause: 'administrator' },
    ];
    expect(await world.forceEnd([hers, his])).toEqual(ended);
    expect(await world.forceEnd([hers, his])).toEqual([]);
    expect(world.ledger.outbox).toEqual(ended);
    expect(await world.isLive(hers)).toBe(false);
    expect(await world.isLive(kept)).toBe(true);
    expect(await world.live.count()).toEqual({ sessions: 1, deadlines: 1 });
  });

  it('ends nothing of another peer where the owner is named, and nothing that never was', async () => {
    const world = new SessionWorld();
    const id = await world.logIn();
    expect(await world.forceEnd([id], OTHER_OPERATOR)).toEqual([]);
    expect(await world.forceEnd([aSession().id])).toEqual([]);
    expect(await world.forceEnd([])).toEqual([]);
    expect(await world.isLive(id)).toBe(true);
  });

  it('is repeated for more sessions than a store takes at once', async () => {
    const world = new SessionWorld();
    const id = await world.logIn();
    const ids = [...Array.from({ length: STORE_BATCH + 1 }, () => aSession().id), id];
    await world.end.repeat(ids.map((one) => ({ id: one, peer: OPERATOR, cause: 'administrator' })));
    expect(await world.live.count()).toEqual({ sessions: 0, deadlines: 0 });
  });

  it('does not say "ended" as long as the live store does not know', async () => {
    const world = new SessionWorld();
    const id = await world.logIn();
    world.live.answersLeft = 0;
    await expect(world.forceEnd([id])).rejects.toBeInstanceOf(LiveStoreUnavailableError);
  });
});
