import { expect, it } from '@jest/globals';
import type { UserSessionID } from '@sap2/session-core';
import {
  accountNamed,
  ALICE,
  aSession,
  BOB,
  clientAt,
  functionsNamed,
  OPERATOR,
  OTHER_OPERATOR,
  TABLET,
} from './contract-world.js';
import {
  everything,
  type GetSessionLedger,
  idsOf,
  NO_REASON,
  open,
  POLICY,
  REJECT,
  sortedIDs,
} from './session-ledger-subject.js';

export function births(get: GetSessionLedger): void {
  it('is remembered whole', async () => {
    const { ledger } = get();
    const session = aSession({
      userID: 'WV:Alice@provider.example/phone',
      client: { url: undefined, msisdn: '+4912345', text: 'a "text" – ünï', applicationID: 'app' },
      keepAliveTimeS: 700,
      cspVersion: '1.3',
      sapEpoch: 'node-1:77',
      sessionCookie: 'cookie',
      capabilityList: '<ClientType>MOBILE_PHONE</ClientType>',
      agreedServices: functionsNamed('SRCH', 'GETSPI'),
    });
    expect(await open(ledger, session)).toEqual({ kind: 'opened', session, ended: [], endedBefore: [] });
    expect(await ledger.find(session.id)).toEqual(session);
    expect(await ledger.countLive()).toBe(1);
  });

  it('V5: happens once for one transaction of one peer', async () => {
    const { ledger } = get();
    const session = aSession();
    await open(ledger, session, POLICY, 'same-transaction');
    const again = await open(ledger, aSession(), POLICY, 'same-transaction');
    expect(again).toMatchObject({ kind: 'repeated', session });
    const elsewhere = aSession({ peer: OTHER_OPERATOR, client: TABLET });
    expect(await open(ledger, elsewhere, POLICY, 'same-transaction')).toMatchObject({ kind: 'opened' });
    expect(await ledger.countLive()).toBe(2);
  });

  it('V6: asked for again, reports again what it ended: the first process may have died before another one knew', async () => {
    const { ledger } = get();
    const replaced = aSession();
    await open(ledger, replaced, POLICY, 'before');
    const session = aSession();
    await open(ledger, session, POLICY, 'asked-again');
    const again = await open(ledger, aSession(), POLICY, 'asked-again');
    expect(again).toMatchObject({
      kind: 'repeated',
      session,
      endedBefore: [{ id: replaced.id, peer: replaced.peer, cause: 'replaced' }],
    });
  });

  it('V6: tells of every end that is not long ago, whatever the cause, and of no end of another user', async () => {
    const { ledger } = get();
    const [first, second, third] = [aSession(), aSession(), aSession()];
    const [left, foreign] = [aSession({ client: TABLET }), aSession({ account: BOB })];
    for (const session of [first, second, left, foreign]) await open(ledger, session);
    await ledger.end([left.id, foreign.id], 'logout', NO_REASON);
    const opened = await open(ledger, third);
    expect(opened).toMatchObject({ kind: 'opened', ended: [{ id: second.id }] });
    expect(opened.kind === 'opened' && sortedIDs(opened.endedBefore)).toEqual(sortedIDs([first, left]));
  });

  it('V5: of one transaction asked for twice at once happens once', async () => {
    const { ledger } = get();
    const outcomes = await Promise.all(
      [aSession(), aSession()].map((session) => open(ledger, session, REJECT, 'twice-at-once')),
    );
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['opened', 'repeated']);
    expect(await ledger.countLive()).toBe(1);
  });

  it('leaves a session that was never opened unknown', async () => {
    expect(await get().ledger.find(aSession().id)).toBeUndefined();
  });
}

export function secondLogins(get: GetSessionLedger): void {
  it('of the same client takes over, from whatever peer', async () => {
    const { ledger } = get();
    const first = aSession();
    const second = aSession({ peer: OTHER_OPERATOR });
    await open(ledger, first);
    expect(await open(ledger, second)).toEqual({
      kind: 'opened',
      session: second,
      ended: [{ id: first.id, peer: OPERATOR, cause: 'replaced' }],
      endedBefore: [],
    });
    expect(await ledger.find(first.id)).toBeUndefined();
    expect(await ledger.countLive()).toBe(1);
  });

  it('of the same client is rejected where the policy says so, and nothing changes', async () => {
    const { ledger } = get();
    const first = aSession();
    await open(ledger, first);
    expect(await open(ledger, aSession(), REJECT)).toEqual({ kind: 'already-logged-in' });
    expect(idsOf(await ledger.page(everything))).toEqual([first.id]);
  });

  it('of the same client of another user is no second login', async () => {
    const { ledger } = get();
    await open(ledger, aSession());
    expect(await open(ledger, aSession({ account: BOB }), REJECT)).toMatchObject({ kind: 'opened' });
  });
}

export function overTheLimit(get: GetSessionLedger): void {
  it('evicts the oldest', async () => {
    const { ledger, letPass, nowMs } = get();
    const opened: UserSessionID[] = [];
    for (const url of ['a', 'b', 'c']) {
      const session = aSession({ client: clientAt(url), startedAtMs: nowMs() });
      await open(ledger, session);
      opened.push(session.id);
      await letPass(10);
    }
    expect(await open(ledger, aSession({ client: clientAt('d'), startedAtMs: nowMs() }))).toMatchObject({
      ended: [{ id: opened[0], peer: OPERATOR, cause: 'evicted' }],
    });
    expect(await ledger.countLive()).toBe(3);
  });

  it('is rejected where the policy says so, and nothing changes', async () => {
    const { ledger } = get();
    for (const url of ['a', 'b', 'c']) await open(ledger, aSession({ client: clientAt(url) }), REJECT);
    expect(await open(ledger, aSession({ client: clientAt('d') }), REJECT)).toEqual({
      kind: 'too-many-sessions',
    });
    expect(await ledger.countLive()).toBe(3);
  });

  it('takes over where it can, and evicts no other session', async () => {
    const { ledger } = get();
    const sessions = ['a', 'b', 'c'].map((url) => aSession({ client: clientAt(url) }));
    for (const session of sessions) await open(ledger, session);
    const outcome = await open(ledger, aSession({ client: clientAt('b') }), {
      ...POLICY,
      overLimit: 'reject',
    });
    expect(outcome).toMatchObject({ kind: 'opened', ended: [{ id: sessions[1]!.id, cause: 'replaced' }] });
    expect(await ledger.countLive()).toBe(3);
  });

  it('that was lowered ends as many as it must', async () => {
    const { ledger } = get();
    for (const url of ['a', 'b', 'c']) await open(ledger, aSession({ client: clientAt(url) }));
    const outcome = await open(ledger, aSession({ client: clientAt('d') }), {
      ...POLICY,
      sessionsPerUser: 1,
    });
    expect(outcome.kind === 'opened' && outcome.ended).toHaveLength(3);
    expect(await ledger.countLive()).toBe(1);
  });
}

export function parallelLogins(get: GetSessionLedger): void {
  it('V6: never leave more sessions than the limit', async () => {
    const { ledger } = get();
    await Promise.all(
      Array.from({ length: 12 }, (_, i) => open(ledger, aSession({ client: clientAt(`parallel-${i}`) }))),
    );
    expect(await ledger.countLive()).toBe(POLICY.sessionsPerUser);
  });

  it('V6: of one client leave one session', async () => {
    const { ledger } = get();
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => open(ledger, aSession())));
    expect(outcomes.every(({ kind }) => kind === 'opened')).toBe(true);
    expect(await ledger.countLive()).toBe(1);
  });

  it('V6: let in as many as the limit where the policy rejects', async () => {
    const { ledger } = get();
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, (_, i) => open(ledger, aSession({ client: clientAt(`p-${i}`) }), REJECT)),
    );
    expect(outcomes.filter(({ kind }) => kind === 'opened')).toHaveLength(REJECT.sessionsPerUser);
  });
}

export function changedAccounts(get: GetSessionLedger): void {
  it.each(['suspend', 'delete', 'raise-version'] as const)('does not get a session: %s', async (change) => {
    const { ledger, changeAccount } = get();
    await changeAccount(ALICE, change);
    expect(await open(ledger, aSession())).toEqual({ kind: 'account-changed' });
    expect(await ledger.countLive()).toBe(0);
  });

  it('gets one by what it is now', async () => {
    const { ledger, changeAccount } = get();
    await changeAccount(ALICE, 'raise-version');
    expect(await open(ledger, aSession(), POLICY, 'new-version', 2)).toMatchObject({ kind: 'opened' });
  });

  it('never existed', async () => {
    const nobody = aSession({ account: accountNamed('nobody') });
    expect(await open(get().ledger, nobody)).toEqual({ kind: 'account-changed' });
  });
}
