import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ServiceID, Settlement } from '@sap2/session-core';
import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { circuits } from './disconnect-outbox-circuits.contract.js';
import { support } from './disconnect-outbox-support.contract.js';
import {
  claimOne,
  type DisconnectOutboxSubject,
  type Get,
  LEASE_MS,
  newPeer,
  oweSome,
  sessionsOf,
} from './disconnect-outbox-subject.js';

export type { DisconnectOutboxSubject } from './disconnect-outbox-subject.js';

/** What every outbox must do (ssp-binding §5). A subject is made for every test. */
export function describeDisconnectOutboxContract(
  name: string,
  makeSubject: () => Promise<DisconnectOutboxSubject>,
): void {
  describe(`${name}, as DisconnectOutbox`, () => {
    let subject: DisconnectOutboxSubject;
    beforeEach(async () => {
      subject = await makeSubject();
    });
    afterEach(async () => {
      await subject.close();
    });
    const get = (): DisconnectOutboxSubject => subject;

    claiming(get);
    settling(get);
    final(get);
    byTransaction(get);
    circuits(get);
    support(get);
    overview(get);
  });
}

function claiming(get: Get): void {
  it('gives what is due with all that the message needs', async () => {
    const subject = get();
    const peer = newPeer();
    const sessionID = await subject.owe(peer, 'account-suspended', 'by order 7');
    await subject.letPass(5_000);
    const row = await claimOne(subject, peer);
    expect(row).toMatchObject({
      peer,
      sessionID,
      cause: 'account-suspended',
      reason: 'by order 7',
      attempts: 0,
    });
    expect(row.id).toMatch(/^\d+$/);
    expect(row.transactionID.length).toBeGreaterThan(0);
    expect(row.transactionID.length).toBeLessThanOrEqual(50);
    expect(row.userID).toContain('@');
    expect(Object.values(row.client).some((form) => form !== undefined)).toBe(true);
    expect(row.ageMs).toBeGreaterThanOrEqual(5_000);
  });

  it('gives the oldest first, up to the limit, and each to one claimer', async () => {
    const subject = get();
    const peer = newPeer();
    const ids = await oweSome(subject, peer, 7);
    expect(sessionsOf(await subject.outbox.claim(peer, 3, LEASE_MS))).toEqual(ids.slice(0, 3));
    const claims = await Promise.all([1, 2, 3].map(() => subject.outbox.claim(peer, 2, LEASE_MS)));
    const rest = claims.flatMap(sessionsOf);
    expect(new Set(rest).size).toBe(rest.length);
    expect(rest.every((id) => ids.slice(3).includes(id))).toBe(true);
    expect(await subject.outbox.claim(newPeer(), 10, LEASE_MS)).toEqual([]);
  });

  it('gives a claimed one again when the lease is over, with the same transactionID', async () => {
    const subject = get();
    const peer = newPeer();
    await oweSome(subject, peer, 1);
    const first = await claimOne(subject, peer);
    await subject.letPass(LEASE_MS - 5_000);
    expect(await subject.outbox.claim(peer, 10, LEASE_MS)).toEqual([]);
    await subject.letPass(6_000);
    const again = await claimOne(subject, peer);
    expect(again).toMatchObject({ id: first.id, transactionID: first.transactionID, attempts: 0 });
  });
}

function settling(get: Get): void {
  it('gives a failed one again after its time, one attempt richer, with the same transactionID', async () => {
    const subject = get();
    const peer = newPeer();
    await oweSome(subject, peer, 1);
    const first = await claimOne(subject, peer);
    await subject.outbox.settle([{ id: first.id, result: 'failed', retryInMs: 100_000, error: 'refused' }]);
    await subject.letPass(95_000);
    expect(await subject.outbox.claim(peer, 10, LEASE_MS)).toEqual([]);
    await subject.letPass(6_000);
    const again = await claimOne(subject, peer);
    expect(again).toMatchObject({ id: first.id, transactionID: first.transactionID, attempts: 1 });
    expect(again.ageMs).toBeGreaterThanOrEqual(101_000);
  });

  it('gives a held one again after its time, and does not count an attempt', async () => {
    const subject = get();
    const peer = newPeer();
    await oweSome(subject, peer, 1);
    const first = await claimOne(subject, peer);
    await subject.outbox.settle([{ id: first.id, result: 'held', retryInMs: 10_000 }]);
    await subject.letPass(5_000);
    expect(await subject.outbox.claim(peer, 10, LEASE_MS)).toEqual([]);
    await subject.letPass(6_000);
    expect(await claimOne(subject, peer)).toMatchObject({ id: first.id, attempts: 0 });
  });

  it('settles many at once, each in its own way, and takes an empty list', async () => {
    const subject = get();
    const peer = newPeer();
    const ids = await oweSome(subject, peer, 4);
    const [a, b, c, d] = (await subject.outbox.claim(peer, 10, LEASE_MS)).map(({ id }) => id);
    await subject.outbox.settle([
      { id: String(a), result: 'acknowledged' },
      { id: String(b), result: 'unknown-there' },
      { id: String(c), result: 'failed', retryInMs: 1_000, error: 'refused' },
      { id: String(d), result: 'undelivered', error: 'refused for a day' },
    ]);
    await subject.outbox.settle([]);
    await subject.letPass(LEASE_MS + 1_000);
    expect(sessionsOf(await subject.outbox.claim(peer, 10, LEASE_MS))).toEqual([ids[2]]);
  });
}

function final(get: Get): void {
  it.each<Settlement>([
    { id: '', result: 'acknowledged' },
    { id: '', result: 'unknown-there' },
    { id: '', result: 'undelivered', error: 'refused for a day' },
    { id: '', result: 'not-supported', error: 'Status 405', sent: true },
  ])('never gives one again that is $result, whatever a late worker says', async (settlement) => {
    const subject = get();
    const peer = newPeer();
    await oweSome(subject, peer, 1);
    const { id } = await claimOne(subject, peer);
    await subject.outbox.settle([{ ...settlement, id }]);
    await subject.outbox.settle([{ id, result: 'failed', retryInMs: 0, error: 'late' }]);
    await subject.outbox.settle([{ id, result: 'held', retryInMs: 0 }]);
    await subject.letPass(LEASE_MS + 1_000);
    expect(await subject.outbox.claim(peer, 10, LEASE_MS)).toEqual([]);
  });
}

function byTransaction(get: Get): void {
  it('settles by the transaction when the answer is a message of its own, once', async () => {
    const subject = get();
    const peer = newPeer();
    await oweSome(subject, peer, 2);
    const [first, second] = await subject.outbox.claim(peer, 10, LEASE_MS);
    if (first === undefined || second === undefined) throw new Error('two were to be due');
    const settle = subject.outbox.settleByTransaction.bind(subject.outbox);
    expect(await settle(newPeer(), first.transactionID, { result: 'acknowledged' })).toBe(undefined);
    expect(await settle(peer, first.transactionID, { result: 'acknowledged' })).toBe('supported');
    expect(await settle(peer, first.transactionID, { result: 'acknowledged' })).toBe(undefined);
    await subject.outbox.settle([
      { id: first.id, result: 'sent', retryInMs: 0 },
      { id: second.id, result: 'sent', retryInMs: 0 },
    ]);
    await subject.letPass(1_000);
    expect(sessionsOf(await subject.outbox.claim(peer, 10, LEASE_MS))).toEqual([second.sessionID]);
    expect(await settle(peer, second.transactionID, { result: 'unknown-there' })).toBe('supported');
    await subject.letPass(LEASE_MS + 1_000);
    expect(await subject.outbox.claim(peer, 10, LEASE_MS)).toEqual([]);
  });

  it('keeps one that the peer answered with a failure, for another attempt', async () => {
    const subject = get();
    const peer = newPeer();
    await oweSome(subject, peer, 1);
    const { transactionID } = await claimOne(subject, peer);
    const refused = { result: 'failed', error: 'Status 500' } as const;
    expect(await subject.outbox.settleByTransaction(peer, transactionID, refused)).toBe('supported');
    await subject.letPass(300_000 + LEASE_MS);
    expect(await claimOne(subject, peer)).toMatchObject({ transactionID });
  });

  it('counts one attempt for a send, whether its receipt or its answer is settled first', async () => {
    const subject = get();
    const peer = newPeer();
    const { outbox } = subject;
    await oweSome(subject, peer, 1);
    const refused = { result: 'failed', error: 'Status 500' } as const;
    for (const isOvertaken of [false, true]) {
      const { id, transactionID } = await claimOne(subject, peer);
      const answer = () => outbox.settleByTransaction(peer, transactionID, refused);
      if (isOvertaken) await answer();
      await outbox.settle([{ id, result: 'sent', retryInMs: 30_000 }]);
      if (!isOvertaken) await answer();
      expect(await outbox.claim(peer, 10, LEASE_MS)).toEqual([]);
      await subject.letPass(31_000);
    }
    expect(await claimOne(subject, peer)).toMatchObject({ attempts: 2 });
  });
}

function overview(get: Get): void {
  it('names the peers that something is due for, the longest waiting first', async () => {
    const subject = get();
    const [early, late, idle] = [newPeer(), newPeer(), newPeer()];
    await oweSome(subject, early, 2);
    await subject.letPass(1_000);
    await oweSome(subject, late, 1);
    const due = async () =>
      (await subject.outbox.peersWithDue(10_000))
        .map(({ peer }) => peer)
        .filter((peer) => [early, late, idle].includes(peer));
    expect(await due()).toEqual([early, late]);
    const well = (await subject.outbox.peersWithDue(1)).filter(({ isSuspect }) => !isSuspect);
    expect(well).toHaveLength(1);
    await subject.outbox.claim(early, 10, LEASE_MS);
    expect(await due()).toEqual([late]);
    await subject.letPass(LEASE_MS + 1_000);
    expect(new Set(await due())).toEqual(new Set([early, late]));
  });

  it('counts what is pending, claimed or not, and nothing that is final', async () => {
    const subject = get();
    const peer = newPeer();
    const { pending } = await subject.outbox.backlog();
    await oweSome(subject, peer, 3);
    await subject.letPass(5_000);
    const [first, second] = await subject.outbox.claim(peer, 2, LEASE_MS);
    const after = await subject.outbox.backlog();
    expect(after.pending).toBe(pending + 3);
    expect(after.oldestAgeMs).toBeGreaterThanOrEqual(5_000);
    await subject.outbox.settle([
      { id: String(first?.id), result: 'acknowledged' },
      { id: String(second?.id), result: 'undelivered', error: 'refused for a day' },
    ]);
    expect((await subject.outbox.backlog()).pending).toBe(pending + 1);
  });

  it('counts what is pending for each peer, and nothing for a peer that has heard it all', async () => {
    const subject = get();
    const [early, late] = [newPeer(), newPeer()];
    const waiting = async (peer: ServiceID) =>
      (await subject.outbox.backlogByPeer()).find((one) => one.peer === peer);
    await oweSome(subject, early, 3);
    await subject.letPass(5_000);
    await oweSome(subject, late, 1);
    expect(await waiting(early)).toMatchObject({ pending: 3 });
    expect((await waiting(early))?.oldestAgeMs).toBeGreaterThanOrEqual(5_000);
    expect(await waiting(late)).toMatchObject({ pending: 1 });
    expect((await waiting(late))?.oldestAgeMs).toBeLessThan(5_000);
    const [only] = await subject.outbox.claim(late, 1, LEASE_MS);
    await subject.outbox.settle([{ id: String(only?.id), result: 'acknowledged' }]);
    expect(await waiting(late)).toBeUndefined();
  });

  it('wakes who listens when something became due, until it stops listening', async () => {
    const subject = get();
    const wake = new EventEmitter();
    let calls = 0;
    const stop = await subject.outbox.onWake(() => {
      calls += 1;
      wake.emit('up');
    });
    const woken = once(wake, 'up');
    await oweSome(subject, newPeer(), 1);
    await woken;
    await stop();
    const before = calls;
    await oweSome(subject, newPeer(), 1);
    await sleep(50);
    expect(calls).toBe(before);
  });
}
