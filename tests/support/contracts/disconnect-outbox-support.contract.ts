import { expect, it } from '@jest/globals';
import type { ServiceID } from '@sap2/session-core';
import {
  claimOne,
  type DisconnectOutboxSubject,
  type Get,
  LEASE_MS,
  newPeer,
  oweSome,
  sessionsOf,
} from './disconnect-outbox-subject.js';

const REFUSED = { result: 'not-supported', error: 'Status 405' } as const;

/** Peers that do not know `UserDisconnectRequest` (ssp-binding §5). */
export function support(get: Get): void {
  async function refuseAll({ outbox }: DisconnectOutboxSubject, peer: ServiceID): Promise<void> {
    const rows = await outbox.claim(peer, 10, LEASE_MS);
    await outbox.settle(rows.map(({ id }) => ({ id, ...REFUSED, sent: true })));
    await outbox.setSupport(peer, 'unsupported');
  }

  it('tells with each claim whether the peer supports disconnects', async () => {
    const subject = get();
    const [peer, other] = [newPeer(), newPeer()];
    await subject.outbox.setSupport(peer, 'unsupported');
    await oweSome(subject, peer, 1);
    await oweSome(subject, other, 1);
    expect(await claimOne(subject, peer)).toMatchObject({ support: 'unsupported' });
    expect(await claimOne(subject, other)).toMatchObject({ support: 'supported' });
  });

  it('counts no attempt of one that was not sent', async () => {
    const subject = get();
    const peer = newPeer();
    await subject.outbox.setSupport(peer, 'unsupported');
    await oweSome(subject, peer, 1);
    const { id } = await claimOne(subject, peer);
    await subject.outbox.settle([{ id, ...REFUSED, sent: false }]);
    expect((await subject.outbox.backlogByPeer()).map((one) => one.peer)).not.toContain(peer);
    await subject.outbox.setSupport(peer, 'on-trial');
    expect(await claimOne(subject, peer)).toMatchObject({ attempts: 0 });
  });

  it('owes one again when the peer is on trial, and the others when it is found to support them', async () => {
    const subject = get();
    const peer = newPeer();
    const ids = await oweSome(subject, peer, 3);
    await refuseAll(subject, peer);
    await subject.outbox.setSupport(peer, 'on-trial');
    await subject.outbox.setSupport(peer, 'on-trial');
    const trial = await claimOne(subject, peer);
    expect(trial).toMatchObject({ sessionID: ids[2], support: 'on-trial', attempts: 0 });
    expect(
      await subject.outbox.settleByTransaction(peer, trial.transactionID, { result: 'acknowledged' }),
    ).toBe('on-trial');
    await subject.outbox.setSupport(peer, 'supported');
    const rest = await subject.outbox.claim(peer, 10, LEASE_MS);
    expect(sessionsOf(rest)).toEqual(ids.slice(0, 2));
    expect(rest.map((row) => row.support)).toEqual(['supported', 'supported']);
  });

  it('puts no peer on trial that supports them, nor owes it again what was given up for another reason', async () => {
    const subject = get();
    const peer = newPeer();
    await oweSome(subject, peer, 2);
    const [first, second] = await subject.outbox.claim(peer, 10, LEASE_MS);
    await subject.outbox.settle([
      { id: String(first?.id), result: 'undelivered', error: 'refused for a day' },
      { id: String(second?.id), ...REFUSED, sent: true },
    ]);
    await subject.outbox.setSupport(peer, 'on-trial');
    expect(await subject.outbox.claim(peer, 10, LEASE_MS)).toEqual([]);
    await subject.outbox.setSupport(peer, 'supported');
    expect(sessionsOf(await subject.outbox.claim(peer, 10, LEASE_MS))).toEqual([second?.sessionID]);
  });
}
