import { expect, it } from '@jest/globals';
import type { ServiceID, UserSessionID } from '@sap2/session-core';
import {
  claimOne,
  type DisconnectOutboxSubject,
  type Get,
  LEASE_MS,
  newPeer,
  oweSome,
  sessionsOf,
} from './disconnect-outbox-subject.js';

export function circuits(get: Get): void {
  const isDue = async ({ outbox }: DisconnectOutboxSubject, peer: ServiceID): Promise<boolean | undefined> =>
    (await outbox.peersWithDue(10_000)).find((one) => one.peer === peer)?.isSuspect;

  it('tells how often the line failed in a row, and that its peer is suspect', async () => {
    const subject = get();
    const peer = newPeer();
    await oweSome(subject, peer, 1);
    expect(await isDue(subject, peer)).toBe(false);
    await subject.outbox.lineFailed(peer, 'refused', undefined);
    await subject.outbox.lineFailed(peer, 'refused', undefined);
    expect(await isDue(subject, peer)).toBe(true);
    expect(await claimOne(subject, peer)).toMatchObject({ lineFailures: 2 });
    expect(await subject.outbox.lineWorks(peer)).toBe(false);
    await oweSome(subject, peer, 1);
    expect(await isDue(subject, peer)).toBe(false);
    expect(await claimOne(subject, peer)).toMatchObject({ lineFailures: 0 });
  });

  it('gives nothing while a circuit is open, and then one disconnect to one claimer, another one each time', async () => {
    const subject = get();
    const peer = newPeer();
    const ids = await oweSome(subject, peer, 3);
    const tried: UserSessionID[] = [];
    while (tried.length < ids.length) {
      await subject.outbox.lineFailed(peer, 'refused', 10_000);
      await subject.letPass(8_000);
      expect(await isDue(subject, peer)).toBeUndefined();
      expect(await subject.outbox.claim(peer, 10, LEASE_MS)).toEqual([]);
      await subject.letPass(3_000);
      expect(await isDue(subject, peer)).toBe(true);
      const claims = await Promise.all([1, 2].map(() => subject.outbox.claim(peer, 10, LEASE_MS)));
      const [row, ...others] = claims.flat();
      expect(others).toEqual([]);
      if (row === undefined) throw new Error('nothing to try with');
      tried.push(row.sessionID);
      await subject.outbox.settle([{ id: row.id, result: 'failed', retryInMs: 300_000, error: 'refused' }]);
    }
    expect(tried).toEqual(ids);
  });

  it('makes all that waits due when the circuit closes, the oldest first, but for what is under way', async () => {
    const subject = get();
    const peer = newPeer();
    const ids = await oweSome(subject, peer, 4);
    const rows = await subject.outbox.claim(peer, 3, LEASE_MS);
    const failed = rows.slice(0, 2).map(({ id }) => id);
    await subject.outbox.settle(
      failed.map((id) => ({ id, result: 'failed', retryInMs: 300_000, error: 'refused' })),
    );
    await subject.outbox.lineFailed(peer, 'refused', 10_000);
    expect(await subject.outbox.lineWorks(peer)).toBe(true);
    const due = await subject.outbox.claim(peer, 10, LEASE_MS);
    expect(sessionsOf(due)).toEqual([ids[0], ids[1], ids[3]]);
    expect(await subject.outbox.lineWorks(peer)).toBe(false);
  });

  it('gives up what is too old behind an open circuit, so many at once, and nothing else', async () => {
    const subject = get();
    const [dead, slow] = [newPeer(), newPeer()];
    const ofThese = async (limit: number) =>
      (await subject.outbox.giveUp(100_000, limit)).filter(({ peer }) => peer === dead || peer === slow);
    await oweSome(subject, dead, 3);
    await oweSome(subject, slow, 1);
    await subject.outbox.lineFailed(dead, 'refused', 10_000);
    await subject.outbox.lineFailed(slow, 'refused', undefined);
    await subject.letPass(90_000);
    expect(await ofThese(1_000)).toEqual([]);
    await subject.letPass(11_000);
    await oweSome(subject, dead, 1);
    expect(await ofThese(2)).toEqual([{ peer: dead, count: 2, error: 'refused' }]);
    expect(await ofThese(1_000)).toEqual([{ peer: dead, count: 1, error: 'refused' }]);
    expect(await ofThese(1_000)).toEqual([]);
    expect(await claimOne(subject, slow)).toMatchObject({ peer: slow });
  });

  it('forgets what was settled long ago, so many at once; what was given up later, what is pending never', async () => {
    const subject = get();
    const peer = newPeer();
    const forget = (limit: number) => subject.outbox.forget(100_000, 200_000, limit);
    await subject.letPass(1_000_000_000);
    while ((await forget(500)) > 0);
    await oweSome(subject, peer, 5);
    const [a, b, c, d] = (await subject.outbox.claim(peer, 10, LEASE_MS)).map(({ id }) => id);
    await subject.outbox.settle([
      { id: String(a), result: 'acknowledged' },
      { id: String(b), result: 'unknown-there' },
      { id: String(c), result: 'acknowledged' },
      { id: String(d), result: 'undelivered', error: 'refused for a day' },
    ]);
    await subject.letPass(90_000);
    expect(await forget(500)).toBe(0);
    await subject.letPass(11_000);
    expect([await forget(2), await forget(2), await forget(2)]).toEqual([2, 1, 0]);
    await subject.letPass(100_000);
    expect([await forget(2), await forget(2)]).toEqual([1, 0]);
    expect(await claimOne(subject, peer)).toMatchObject({ peer });
  });
}
