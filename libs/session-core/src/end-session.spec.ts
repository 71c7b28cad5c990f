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
import { EndSession, type EndSessionRequest } from './end-session.js';
import { LiveStoreUnavailableError } from './ports/live-sessions.port.js';
import { STORE_BATCH } from './store-pages.js';

const end = (world: SessionWorld, request: Pick<EndSessionRequest, 'ids'> & Partial<EndSessionRequest>) =>
  new EndSession(world).execute({
    cause: 'administrator',
    reason: 'maintenance',
    onlyOwnedBy: undefined,
    ...request,
  });

describe('ending sessions on purpose', () => {
  it('V1, V2: ends each in both stores, and owes its owner one disconnect', async () => {
    const world = new SessionWorld();
    const hers = await world.logIn();
    const his = await world.logIn({ user: userOf(BOB), peer: OTHER_OPERATOR });
    const kept = await world.logIn({ user: userOf(ALICE, TABLET) });
    const ended = [
      { id: hers, peer: OPERATOR, cause: 'administrator' },
      { id: his, peer: OTHER_OPERATOR, cause: 'administrator' },
    ];
    expect(await end(world, { ids: [hers, his] })).toEqual(ended);
    expect(await end(world, { ids: [hers, his] })).toEqual([]);
    expect(world.ledger.outbox).toEqual(ended);
    expect(await world.isLive(hers)).toBe(false);
    expect(await world.isLive(kept)).toBe(true);
    expect(await world.live.count()).toEqual({ sessions: 1, deadlines: 1 });
  });

  it('ends nothing of another peer where the owner is named, and nothing that never was', async () => {
    const world = new SessionWorld();
    const id = await world.logIn();
    expect(await end(world, { ids: [id], onlyOwnedBy: OTHER_OPERATOR })).toEqual([]);
    expect(await end(world, { ids: [aSession().id] })).toEqual([]);
    expect(await end(world, { ids: [] })).toEqual([]);
    expect(await world.isLive(id)).toBe(true);
  });

  it('takes more ids than a store takes at once', async () => {
    const world = new SessionWorld();
    const id = await world.logIn();
    const ids = [...Array.from({ length: STORE_BATCH + 1 }, () => aSession().id), id];
    expect(await end(world, { ids })).toHaveLength(1);
  });

  it('does not say "ended" as long as the live store does not know', async () => {
    const world = new SessionWorld();
    const id = await world.logIn();
    world.live.answersLeft = 0;
    await expect(end(world, { ids: [id] })).rejects.toBeInstanceOf(LiveStoreUnavailableError);
  });
});
