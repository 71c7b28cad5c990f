import { expect, it } from '@jest/globals';
import {
  type LiveSessions,
  LiveStoreUnavailableError,
  SHARD_COUNT,
  type UserSessionID,
} from '@sap2/session-core';
import { aSession, BOB, OPERATOR, OTHER_OPERATOR, TABLET } from './contract-world.js';
import {
  ALICES_SHARD,
  ended,
  type GetLiveSessions,
  keep,
  LEASE_MS,
  PAST_SHORT_MS,
  SHORT_S,
  THE_PEER,
} from './live-sessions-subject.js';

export function drift(get: GetLiveSessions): void {
  it('lists what renewals changed, until it is settled', async () => {
    const { live } = get();
    const session = aSession({ sapEpoch: 'n:1' });
    await live.put(session);
    expect(await live.drift(ALICES_SHARD, 10)).toEqual([]);
    const granted = { id: session.id, keepAliveTimeS: 90, sapEpoch: 'n:2' };
    const renewed = { kind: 'renewed', keepAliveTimeS: 90, cspVersion: '1.2', unrecorded: granted };
    expect(await live.renew([keep(session.id, 90)], THE_PEER, 'n:2')).toEqual([renewed]);
    expect(await live.drift(ALICES_SHARD, 10)).toEqual([granted]);
    expect(await live.pulse(false)).toEqual({ lost: [], drifting: [ALICES_SHARD] });
    // Nothing changes, and still the ledger does not know what was granted before.
    expect(await live.renew([keep(session.id, 90)], THE_PEER, undefined)).toEqual([renewed]);
    expect(await live.settleDrift([granted])).toEqual([]);
    expect(await live.drift(ALICES_SHARD, 10)).toEqual([]);
    expect(await live.pulse(false)).toEqual({ lost: [], drifting: [] });
    expect(await live.renew([keep(session.id, 90)], THE_PEER, undefined)).toEqual([
      { kind: 'renewed', keepAliveTimeS: 90, cspVersion: '1.2' },
    ]);
  });

  it('comes back to the list when another grant than the one in force was recorded', async () => {
    const { live } = get();
    const session = aSession({ keepAliveTimeS: 90 });
    const gone = aSession({ client: TABLET });
    await live.put(session);
    await live.put(gone);
    await get().ends.remove([ended(gone, 'logout')]);
    const recorded = [session, gone].map(({ id }) => ({ id, keepAliveTimeS: 70, sapEpoch: undefined }));
    expect(await live.settleDrift(recorded)).toEqual([session.id]);
    expect(await live.drift(ALICES_SHARD, 10)).toEqual([
      { id: session.id, keepAliveTimeS: 90, sapEpoch: undefined },
    ]);
  });

  it('lists nothing for a renewal that changed nothing, nor for a session that is gone', async () => {
    const { live } = get();
    const same = aSession({ sapEpoch: 'n:1' });
    const gone = aSession({ client: TABLET });
    await live.put(same);
    await live.put(gone);
    await live.renew([keep(same.id), keep(same.id, 3600)], THE_PEER, undefined);
    await live.renew([keep(same.id)], THE_PEER, 'n:1');
    await live.renew([keep(gone.id, 90)], THE_PEER, undefined);
    await get().ends.remove([ended(gone, 'logout')]);
    expect(await live.drift(ALICES_SHARD, 10)).toEqual([]);
  });
}

export function restoring(get: GetLiveSessions): void {
  it('puts back what is missing, and touches neither what is there nor what ended', async () => {
    const { live } = get();
    const missing = aSession({ keepAliveTimeS: 500, sapEpoch: 'n:1' });
    const held = aSession({ client: TABLET });
    const gone = aSession({ account: BOB });
    await live.put(held);
    await live.renew([keep(held.id, 90)], THE_PEER, undefined);
    await get().ends.remove([ended(gone, 'administrator')]);
    expect(await live.restore([missing, held, gone], 0)).toEqual({ restored: 1 });
    expect(await live.look(missing.id, THE_PEER)).toMatchObject({ kind: 'renewed', keepAliveTimeS: 500 });
    expect(await live.look(held.id, THE_PEER)).toMatchObject({ keepAliveTimeS: 90 });
    expect(await live.look(gone.id, THE_PEER)).toEqual({ kind: 'ended', cause: 'administrator' });
    expect(await live.count()).toEqual({ sessions: 2, deadlines: 2 });
  });

  it('gives each a full keep-alive time', async () => {
    const { live, letPass } = get();
    const session = aSession({ keepAliveTimeS: SHORT_S });
    await live.restore([session], 0);
    expect(await live.claimDue(ALICES_SHARD, 10, LEASE_MS)).toEqual([]);
    await letPass(PAST_SHORT_MS);
    expect(await live.claimDue(ALICES_SHARD, 10, LEASE_MS)).toHaveLength(1);
  });
}

export function losingItsContent(get: GetLiveSessions): void {
  it('refuses everything and says which shards are lost', async () => {
    const { live, loseEverything } = get();
    const session = aSession();
    await live.put(session);
    expect(await live.lostShards()).toEqual([]);
    await loseEverything();
    expect(await live.lostShards()).toHaveLength(SHARD_COUNT);
    expect((await live.pulse(true)).lost).toHaveLength(SHARD_COUNT);
    const refused = expect.any(LiveStoreUnavailableError);
    const attempts = [
      () => live.reserve(session.id),
      () => live.put(session),
      () => live.renew([keep(session.id)], THE_PEER, undefined),
      () => live.look(session.id, THE_PEER),
      () => get().ends.remove([ended(session, 'logout')]),
      () => live.claimDue(ALICES_SHARD, 10, LEASE_MS),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toEqual(refused);
  });

  it('is rebuilt by one at a time, and answers when the rebuild is complete', async () => {
    const { live, loseEverything } = get();
    const session = aSession();
    await loseEverything();
    expect(await live.beginRebuild(ALICES_SHARD, LEASE_MS)).toBe(true);
    expect(await live.beginRebuild(ALICES_SHARD, LEASE_MS)).toBe(false);
    await live.restore([session], 0.1);
    await expect(live.look(session.id, THE_PEER)).rejects.toBeInstanceOf(LiveStoreUnavailableError);
    await live.completeRebuild(ALICES_SHARD);
    expect(await live.look(session.id, THE_PEER)).toMatchObject({ kind: 'renewed' });
    expect(await live.lostShards()).toHaveLength(SHARD_COUNT - 1);
  });

  it('lets another one rebuild when the first one crashed', async () => {
    const { live, wait, loseEverything } = get();
    await loseEverything();
    expect(await live.beginRebuild(3, 50)).toBe(true);
    await wait(100);
    expect(await live.beginRebuild(3, LEASE_MS)).toBe(true);
  });
}

/** Longer than the store waits for a beat. */
const SILENCE_MS = 5_200;
const TRIES = 100;

export function beating(get: GetLiveSessions): void {
  it('F5: time stands still in silence, and goes on from there with the next beat', async () => {
    const { live, wait } = get();
    await live.pulse(true);
    const session = aSession({ keepAliveTimeS: 3 });
    await live.put(session);
    await wait(SILENCE_MS);
    expect(await live.claimDue(ALICES_SHARD, 10, LEASE_MS)).toEqual([]);
    expect(await live.look(session.id, THE_PEER)).toMatchObject({ kind: 'renewed' });
    await live.pulse(true);
    expect(await live.claimDue(ALICES_SHARD, 10, LEASE_MS)).toEqual([]);
    let due = 0;
    for (let tries = 0; due === 0 && tries < TRIES; tries += 1) {
      await wait(100);
      await live.pulse(true);
      due = (await live.claimDue(ALICES_SHARD, 10, LEASE_MS)).length;
    }
    expect(due).toBe(1);
  });

  it('knows one and the same server by one name', async () => {
    const { live } = get();
    expect(await live.servers()).toBe(await live.servers());
  });
}

export function checked(get: GetLiveSessions): void {
  const idsHeld = async (live: LiveSessions): Promise<readonly UserSessionID[]> => {
    const held = new Set<UserSessionID>();
    await live.everyHeld(async (ids) => {
      for (const id of ids) held.add(id);
    });
    return [...held].toSorted();
  };

  it('tells of every session that it holds, and of none that it does not', async () => {
    const { live } = get();
    const [here, there, gone] = [aSession(), aSession({ account: BOB, peer: OTHER_OPERATOR }), aSession()];
    for (const session of [here, there, gone]) await live.put(session);
    await get().ends.remove([ended(gone, 'logout')]);
    expect(await idsHeld(live)).toEqual([here.id, there.id].toSorted());
    expect(await live.holdings([gone.id, there.id, here.id])).toEqual([
      { id: gone.id, peer: undefined, hasDeadline: false },
      { id: there.id, peer: OTHER_OPERATOR, hasDeadline: true },
      { id: here.id, peer: OPERATOR, hasDeadline: true },
    ]);
  });

  it('holds nothing when it lost everything, and says so', async () => {
    const { live, loseEverything } = get();
    const session = aSession();
    await live.put(session);
    await loseEverything();
    expect(await idsHeld(live)).toEqual([]);
    expect(await live.holdings([session.id])).toEqual([
      { id: session.id, peer: undefined, hasDeadline: false },
    ]);
  });
}
