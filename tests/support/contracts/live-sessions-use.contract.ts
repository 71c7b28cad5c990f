import { expect, it } from '@jest/globals';
import { type Caller, clientKeyOf } from '@sap2/session-core';
import { ALICE, aSession, BOB, OPERATOR, OTHER_OPERATOR, PHONE, TABLET } from './contract-world.js';
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

export function inUse(get: GetLiveSessions): void {
  it('renews what was put, with the time and version it was put with', async () => {
    const { live } = get();
    const session = aSession({ keepAliveTimeS: 700, cspVersion: '1.3' });
    expect(await live.put(session)).toBe('stored');
    expect(await live.renew([keep(session.id)], THE_PEER, undefined)).toEqual([
      { kind: 'renewed', keepAliveTimeS: 700, cspVersion: '1.3' },
    ]);
  });

  it('keeps the newest time that was asked for', async () => {
    const { live } = get();
    const session = aSession();
    await live.put(session);
    await live.renew([keep(session.id, 120)], THE_PEER, undefined);
    expect(await live.look(session.id, THE_PEER)).toEqual({
      kind: 'renewed',
      keepAliveTimeS: 120,
      cspVersion: '1.2',
    });
  });

  it('answers a batch over several shards in its order, each one as often as it came', async () => {
    const { live } = get();
    const hers = aSession();
    const his = aSession({ account: BOB });
    const never = aSession();
    await live.put(hers);
    await live.put(his);
    const outcomes = await live.renew(
      [keep(hers.id, 100), keep(never.id), keep(his.id, 200), keep(hers.id, 300)],
      THE_PEER,
      undefined,
    );
    expect(outcomes.map((o) => (o.kind === 'renewed' ? o.keepAliveTimeS : o.kind))).toEqual([
      100,
      'unknown',
      200,
      300,
    ]);
    expect(await live.look(hers.id, THE_PEER)).toMatchObject({ keepAliveTimeS: 300 });
  });

  it('renews nothing when asked for nothing', async () => {
    expect(await get().live.renew([], THE_PEER, undefined)).toEqual([]);
  });

  it('puts the same session twice and holds it once', async () => {
    const { live } = get();
    const session = aSession();
    await live.put(session);
    expect(await live.put(session)).toBe('stored');
    expect(await live.count()).toEqual({ sessions: 1, deadlines: 1 });
  });
}

export function askedByTheWrongOne(get: GetLiveSessions): void {
  it('V4: tells another peer the same as of a session that never was', async () => {
    const { live } = get();
    const session = aSession();
    const gone = aSession();
    await live.put(session);
    await live.put(gone);
    await get().ends.remove([ended(gone, 'administrator')]);
    expect(await live.renew([keep(session.id), keep(gone.id)], ANOTHER_PEER, undefined)).toEqual([
      { kind: 'unknown' },
      { kind: 'unknown' },
    ]);
    expect(await live.look(session.id, ANOTHER_PEER)).toEqual({ kind: 'unknown' });
    expect(await live.look(gone.id, ANOTHER_PEER)).toEqual({ kind: 'unknown' });
  });

  it('refuses another user and another client of the owner, where the caller names them', async () => {
    const { live } = get();
    const session = aSession();
    await live.put(session);
    const callers: readonly [Caller, string][] = [
      [{ peer: OPERATOR, account: BOB, clientKey: undefined }, 'mismatch'],
      [{ peer: OPERATOR, account: ALICE, clientKey: clientKeyOf(TABLET) }, 'mismatch'],
      [{ peer: OPERATOR, account: undefined, clientKey: clientKeyOf(TABLET) }, 'mismatch'],
      [{ peer: OPERATOR, account: ALICE, clientKey: undefined }, 'renewed'],
      [{ peer: OPERATOR, account: ALICE, clientKey: clientKeyOf(PHONE) }, 'renewed'],
      [{ peer: OTHER_OPERATOR, account: BOB, clientKey: undefined }, 'unknown'],
    ];
    for (const [caller, kind] of callers) {
      expect(await live.look(session.id, caller)).toMatchObject({ kind });
      expect(await live.renew([keep(session.id)], caller, undefined)).toMatchObject([{ kind }]);
    }
  });

  it('does not renew for the wrong one', async () => {
    const { live, letPass } = get();
    const session = aSession({ keepAliveTimeS: SHORT_S });
    await live.put(session);
    await live.renew([keep(session.id, 600)], ANOTHER_PEER, 'n:1');
    await live.renew([keep(session.id, 600)], { ...THE_PEER, account: BOB }, 'n:1');
    await letPass(PAST_SHORT_MS);
    expect(await live.claimDue(ALICES_SHARD, 10, LEASE_MS)).toHaveLength(1);
  });
}

export function ending(get: GetLiveSessions): void {
  it('V1: answers an ended session with its cause, and no longer holds it', async () => {
    const { live } = get();
    const session = aSession();
    await live.put(session);
    await get().ends.remove([ended(session, 'administrator')]);
    expect(await live.renew([keep(session.id)], THE_PEER, undefined)).toEqual([
      { kind: 'ended', cause: 'administrator' },
    ]);
    expect(await live.look(session.id, THE_PEER)).toEqual({ kind: 'ended', cause: 'administrator' });
    expect(await live.count()).toEqual({ sessions: 0, deadlines: 0 });
  });

  it('removes as often as it is called, and the first cause stays', async () => {
    const { live } = get();
    const session = aSession();
    await live.put(session);
    await get().ends.remove([ended(session, 'replaced')]);
    await get().ends.remove([ended(session, 'expired')]);
    expect(await live.look(session.id, THE_PEER)).toEqual({ kind: 'ended', cause: 'replaced' });
  });

  it('puts nothing that was ended in the meantime', async () => {
    const { live } = get();
    const session = aSession();
    await live.reserve(session.id);
    await get().ends.remove([ended(session, 'account-suspended')]);
    expect(await live.put(session)).toBe('ended');
    expect(await live.look(session.id, THE_PEER)).toEqual({ kind: 'ended', cause: 'account-suspended' });
    expect(await live.count()).toEqual({ sessions: 0, deadlines: 0 });
  });

  it('answers for no session that a job shuts out, until that job or a later one lets the peer in', async () => {
    const { live, ends } = get();
    const session = aSession();
    await live.put(session);
    const over = { kind: 'ended', cause: 'agreement-ended' };
    const { peer } = session;
    await ends.shutOut({ peer, job: '9', keeps: [session.domain] });
    expect(await live.look(session.id, THE_PEER)).toMatchObject({ kind: 'renewed' });
    await ends.shutOut({ peer, job: '10', keeps: [] });
    await ends.shutOut({ peer, job: '9', keeps: [session.domain] });
    await ends.letIn({ peer, job: '9' });
    expect(await live.look(session.id, THE_PEER)).toEqual(over);
    expect(await live.renew([keep(session.id)], THE_PEER, undefined)).toEqual([over]);
    await ends.letIn({ peer, job: '10' });
    expect(await live.look(session.id, THE_PEER)).toMatchObject({ kind: 'renewed' });
  });

  it('removes sessions of many users at once', async () => {
    const { live } = get();
    const sessions = [aSession(), aSession({ client: TABLET }), aSession({ account: BOB })];
    for (const session of sessions) await live.put(session);
    await get().ends.remove(sessions.map((session) => ended(session, 'agreement-ended')));
    await get().ends.remove([]);
    expect(await live.count()).toEqual({ sessions: 0, deadlines: 0 });
  });
}

export function theLoginAnswer(get: GetLiveSessions): void {
  it('is under way from the reservation until it was handed over', async () => {
    const { live } = get();
    const early = aSession();
    const late = aSession({ client: TABLET });
    for (const session of [early, late]) {
      await live.reserve(session.id);
      await live.put(session);
    }
    await live.handedOver(early.id);
    const first = await get().ends.remove([ended(early, 'administrator'), ended(late, 'administrator')]);
    expect(first.notHandedOver).toEqual([late.id]);
    const again = await get().ends.remove([ended(late, 'administrator')]);
    expect(again.notHandedOver).toEqual([late.id]);
    await live.handedOver(late.id);
    expect((await get().ends.remove([ended(late, 'administrator')])).notHandedOver).toEqual([]);
  });

  it('is of no concern for a session that was not reserved', async () => {
    const { live } = get();
    const session = aSession();
    await live.handedOver(session.id);
    await live.put(session);
    expect(await get().ends.remove([ended(session, 'logout')])).toEqual({ notHandedOver: [] });
  });
}
