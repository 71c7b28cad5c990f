import { expect, it } from '@jest/globals';
import { SHARD_COUNT } from '@sap2/session-core';
import { aSession, BOB, OPERATOR, OTHER_OPERATOR, TABLET } from './contract-world.js';
import {
  ALICES_SHARD,
  ANOTHER_PEER,
  ended,
  type GetLiveSessions,
  keep,
  LEASE_MS,
  PAST_SHORT_MS,
  SHORT_S,
  THE_PEER,
} from './live-sessions-subject.js';

export function expiry(get: GetLiveSessions): void {
  it('V3: finds nothing due before its time', async () => {
    const { live } = get();
    await live.put(aSession({ keepAliveTimeS: 60 }));
    expect(await live.claimDue(ALICES_SHARD, 10, LEASE_MS)).toEqual([]);
    expect(await live.lagMs()).toBe(0);
  });

  it('finds what is past its time, in its own shard only, and says how late it is', async () => {
    const { live, letPass } = get();
    const session = aSession({ keepAliveTimeS: SHORT_S });
    await live.put(session);
    await letPass(PAST_SHORT_MS);
    expect(await live.lagMs()).toBeGreaterThan(0);
    expect(await live.claimDue((ALICES_SHARD + 1) % SHARD_COUNT, 10, LEASE_MS)).toEqual([]);
    expect(await live.claimDue(ALICES_SHARD, 10, LEASE_MS)).toEqual([
      { id: session.id, peer: OPERATOR, cause: 'expired' },
    ]);
  });

  it('V3: counts from the last renewal, by the time then asked for', async () => {
    const { live, letPass } = get();
    const kept = aSession({ keepAliveTimeS: SHORT_S });
    const longer = aSession({ keepAliveTimeS: SHORT_S, client: TABLET });
    const silent = aSession({ keepAliveTimeS: SHORT_S, peer: OTHER_OPERATOR });
    for (const session of [kept, longer, silent]) await live.put(session);
    await live.renew([keep(longer.id, 2 * SHORT_S)], THE_PEER, undefined);
    await letPass(0.6 * PAST_SHORT_MS);
    await live.renew([keep(kept.id)], THE_PEER, undefined);
    await live.look(silent.id, ANOTHER_PEER);
    await letPass(0.6 * PAST_SHORT_MS);
    expect((await live.claimDue(ALICES_SHARD, 10, LEASE_MS)).map(({ id }) => id)).toEqual([silent.id]);
  });

  it('says when each was used last and will expire, and nothing of one that it does not hold', async () => {
    const { live, letPass } = get();
    const [hers, his] = [aSession({ keepAliveTimeS: 60 }), aSession({ account: BOB, keepAliveTimeS: 600 })];
    for (const session of [hers, his]) await live.put(session);
    const [put, longer, gone] = await live.times([hers.id, his.id, aSession().id]);
    expect(gone).toBeUndefined();
    await letPass(100);
    await live.renew([keep(hers.id, 120)], THE_PEER, undefined);
    const [after] = await live.times([hers.id]);
    const lifeMs = (times: typeof put): number => (times?.expiresAtMs ?? 0) - (times?.lastKeepAliveAtMs ?? 0);
    expect([lifeMs(longer) - lifeMs(put), lifeMs(after) - lifeMs(put)]).toEqual([540_000, 60_000]);
    expect(after?.lastKeepAliveAtMs).toBeGreaterThan(put?.lastKeepAliveAtMs ?? Infinity);
  });
}

export function claims(get: GetLiveSessions): void {
  it('V1: are answered as ended, and no other claimer gets them meanwhile', async () => {
    const { live, letPass } = get();
    const session = aSession({ keepAliveTimeS: SHORT_S });
    await live.put(session);
    await letPass(PAST_SHORT_MS);
    await live.claimDue(ALICES_SHARD, 10, LEASE_MS);
    expect(await live.claimDue(ALICES_SHARD, 10, LEASE_MS)).toEqual([]);
    expect(await live.renew([keep(session.id)], THE_PEER, undefined)).toEqual([
      { kind: 'ended', cause: 'expired' },
    ]);
    expect(await live.look(session.id, THE_PEER)).toEqual({ kind: 'ended', cause: 'expired' });
    expect(await live.look(session.id, ANOTHER_PEER)).toEqual({ kind: 'unknown' });
  });

  it('are due again when their lease is over, and never after the session was removed', async () => {
    const { live, letPass } = get();
    const crashed = aSession({ keepAliveTimeS: SHORT_S });
    const done = aSession({ keepAliveTimeS: SHORT_S, client: TABLET });
    await live.put(crashed);
    await live.put(done);
    await letPass(PAST_SHORT_MS);
    await live.claimDue(ALICES_SHARD, 10, LEASE_MS);
    await get().ends.remove([ended(done, 'expired')]);
    await letPass(LEASE_MS + 100);
    expect((await live.claimDue(ALICES_SHARD, 10, LEASE_MS)).map(({ id }) => id)).toEqual([crashed.id]);
    await get().ends.remove([ended(crashed, 'expired')]);
    expect(await live.count()).toEqual({ sessions: 0, deadlines: 0 });
    expect(await live.lagMs()).toBe(0);
  });

  it('take no more than the limit, and the rest the next time', async () => {
    const { live, letPass } = get();
    for (let i = 0; i < 5; i++) await live.put(aSession({ keepAliveTimeS: SHORT_S }));
    await letPass(PAST_SHORT_MS);
    expect(await live.claimDue(ALICES_SHARD, 3, LEASE_MS)).toHaveLength(3);
    expect(await live.claimDue(ALICES_SHARD, 3, LEASE_MS)).toHaveLength(2);
  });
}

export function overdueOfAnAccount(get: GetLiveSessions): void {
  it('takes those past their time, and leaves those that a keep-alive was in time for', async () => {
    const { live, letPass } = get();
    const overdue = aSession({ keepAliveTimeS: SHORT_S });
    const kept = aSession({ keepAliveTimeS: SHORT_S, client: TABLET });
    for (const session of [overdue, kept]) await live.put(session);
    await letPass(0.6 * PAST_SHORT_MS);
    await live.renew([keep(kept.id)], THE_PEER, undefined);
    await letPass(0.6 * PAST_SHORT_MS);
    const ids = [kept.id, overdue.id, aSession().id];
    expect(await live.claimOverdue(ids, LEASE_MS)).toEqual([
      { id: overdue.id, peer: OPERATOR, cause: 'expired' },
    ]);
    expect(await live.claimOverdue([], LEASE_MS)).toEqual([]);
  });

  it('V1: answers them as ended from then on, and keeps them from the sweeper for the lease', async () => {
    const { live, letPass } = get();
    const session = aSession({ keepAliveTimeS: SHORT_S });
    await live.put(session);
    await letPass(PAST_SHORT_MS);
    const taken = await live.claimOverdue([session.id], LEASE_MS);
    expect(await live.renew([keep(session.id)], THE_PEER, undefined)).toEqual([
      { kind: 'ended', cause: 'expired' },
    ]);
    expect(await live.claimDue(ALICES_SHARD, 10, LEASE_MS)).toEqual([]);
    await letPass(LEASE_MS + 100);
    expect(await live.claimDue(ALICES_SHARD, 10, LEASE_MS)).toEqual(taken);
  });

  it('takes also those that another caller has claimed, with the cause of that claim', async () => {
    const { live, letPass } = get();
    const due = aSession({ keepAliveTimeS: SHORT_S });
    const leftOut = aSession({ sapEpoch: 'n:1', client: TABLET });
    for (const session of [due, leftOut]) await live.put(session);
    await letPass(PAST_SHORT_MS);
    await live.claimDue(ALICES_SHARD, 10, LEASE_MS);
    await live.claimLeftOut([leftOut.id], rule('n:2'), LEASE_MS);
    expect(await live.claimOverdue([due.id, leftOut.id], LEASE_MS)).toEqual([
      { id: due.id, peer: OPERATOR, cause: 'expired' },
      { id: leftOut.id, peer: OPERATOR, cause: 'left-out-of-sync' },
    ]);
  });
}

const rule = (sapEpoch: string, idleSinceMs = 0) => ({ peer: OPERATOR, idleSinceMs, sapEpoch });

export function leftOutOfASync(get: GetLiveSessions): void {
  it('takes what was not used lately, and leaves what was', async () => {
    const { live, letPass, nowMs } = get();
    const idle = aSession({ sapEpoch: 'n:1' });
    const used = aSession({ sapEpoch: 'n:1', client: TABLET });
    await live.put(idle);
    await live.put(used);
    await letPass(60);
    const sinceMs = await nowMs();
    await letPass(60);
    await live.renew([keep(used.id)], THE_PEER, undefined);
    expect(await live.claimLeftOut([idle.id, used.id], rule('n:1', sinceMs), LEASE_MS)).toEqual([idle.id]);
    expect(await live.look(idle.id, THE_PEER)).toEqual({ kind: 'ended', cause: 'left-out-of-sync' });
    expect(await live.look(used.id, THE_PEER)).toMatchObject({ kind: 'renewed' });
  });

  it('takes what another incarnation of the node left behind, however lately it was used', async () => {
    const { live } = get();
    const earlier = aSession({ sapEpoch: 'n:1' });
    const same = aSession({ sapEpoch: 'n:2', client: TABLET });
    await live.put(earlier);
    await live.put(same);
    expect(await live.claimLeftOut([earlier.id, same.id], rule('n:2'), LEASE_MS)).toEqual([earlier.id]);
  });

  it('leaves other nodes, untagged sessions and other peers alone when the epoch names a node', async () => {
    const { live, letPass, nowMs } = get();
    const otherNode = aSession({ sapEpoch: 'm:1' });
    const untagged = aSession({ client: TABLET });
    const otherPeers = aSession({ sapEpoch: 'n:1', peer: OTHER_OPERATOR, account: BOB });
    const moved = aSession({ sapEpoch: 'n:1', account: BOB });
    const all = [otherNode, untagged, otherPeers, moved];
    for (const session of all) await live.put(session);
    await live.renew([keep(moved.id)], THE_PEER, 'm:1');
    await letPass(60);
    const ids = [...all, aSession()].map(({ id }) => id);
    expect(await live.claimLeftOut(ids, rule('n:2', await nowMs()), LEASE_MS)).toEqual([]);
  });

  it('takes from all of the peer when the epoch names no node; for an untagged session only idleness counts', async () => {
    const { live, letPass, nowMs } = get();
    const untagged = aSession();
    const earlier = aSession({ sapEpoch: 'first', client: TABLET });
    const sinceMs = await nowMs();
    await letPass(60);
    await live.put(untagged);
    await live.put(earlier);
    const ids = [untagged.id, earlier.id];
    expect(await live.claimLeftOut(ids, rule('second', sinceMs), LEASE_MS)).toEqual([earlier.id]);
    await letPass(60);
    expect(await live.claimLeftOut(ids, rule('second', await nowMs()), LEASE_MS)).toEqual([untagged.id]);
  });

  it('leaves to the sweeper what its taker never finished', async () => {
    const { live, letPass } = get();
    const session = aSession({ sapEpoch: 'n:1' });
    await live.put(session);
    await live.claimLeftOut([session.id], rule('n:2'), LEASE_MS);
    await letPass(LEASE_MS + 100);
    expect(await live.claimDue(ALICES_SHARD, 10, LEASE_MS)).toEqual([
      { id: session.id, peer: OPERATOR, cause: 'left-out-of-sync' },
    ]);
  });
}
