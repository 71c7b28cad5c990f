import { expect, it } from '@jest/globals';
import type { Plain } from './plain-port.js';
import {
  type AccountID,
  type SessionLedger,
  type SessionPageRequest,
  shardOf,
  type UserSession,
  type UserSessionID,
} from '@sap2/session-core';
import {
  ALICE,
  aSession,
  BOB,
  clientAt,
  functionsNamed,
  OPERATOR,
  OTHER_OPERATOR,
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

export function ends(get: GetSessionLedger): void {
  it('leaves those live that it is not about', async () => {
    const { ledger } = get();
    const [hers, his] = [aSession(), aSession({ account: BOB })];
    await open(ledger, hers);
    await open(ledger, his);
    await ledger.end([his.id], 'logout', NO_REASON);
    expect(await ledger.liveAmong([his.id, hers.id, aSession().id])).toEqual(new Set([hers.id]));
  });

  it('happens once to each session', async () => {
    const { ledger } = get();
    const hers = aSession();
    const his = aSession({ account: BOB, peer: OTHER_OPERATOR });
    await open(ledger, hers);
    await open(ledger, his);
    const ids = [hers.id, aSession().id, his.id];
    const done = await ledger.end(ids, 'administrator', { reason: 'maintenance', onlyOwnedBy: undefined });
    expect(done).toHaveLength(2);
    expect(done).toEqual(
      expect.arrayContaining([
        { id: hers.id, peer: OPERATOR, cause: 'administrator' },
        { id: his.id, peer: OTHER_OPERATOR, cause: 'administrator' },
      ]),
    );
    expect(await ledger.end(ids, 'logout', NO_REASON)).toEqual([]);
    expect(await ledger.find(hers.id)).toBeUndefined();
    expect(await ledger.countLive()).toBe(0);
  });

  it('V4: is not for another peer to make, where the owner is named', async () => {
    const { ledger } = get();
    const session = aSession();
    await open(ledger, session);
    const byOther = { reason: undefined, onlyOwnedBy: OTHER_OPERATOR };
    const byOwner = { reason: undefined, onlyOwnedBy: OPERATOR };
    expect(await ledger.end([session.id], 'logout', byOther)).toEqual([]);
    expect(await ledger.find(session.id)).toEqual(session);
    expect(await ledger.end([session.id], 'logout', byOwner)).toHaveLength(1);
  });

  it('comes to one of many who ask at once', async () => {
    const { ledger } = get();
    const session = aSession();
    await open(ledger, session);
    const all = await Promise.all(
      Array.from({ length: 6 }, () => ledger.end([session.id], 'expired', NO_REASON)),
    );
    expect(all.flat()).toHaveLength(1);
  });

  it('of nothing is nothing, and an id named twice ends once', async () => {
    const { ledger } = get();
    const session = aSession();
    await open(ledger, session);
    expect(await ledger.end([], 'expired', NO_REASON)).toEqual([]);
    expect(await ledger.end([session.id, session.id], 'expired', NO_REASON)).toHaveLength(1);
  });

  it('makes room for the next login', async () => {
    const { ledger } = get();
    const session = aSession();
    await open(ledger, session, REJECT);
    await ledger.end([session.id], 'logout', NO_REASON);
    expect(await open(ledger, aSession(), REJECT)).toMatchObject({ kind: 'opened', ended: [] });
  });
}

export function particulars(get: GetSessionLedger): void {
  it('are replaced by a negotiation, as long as the session is live', async () => {
    const { ledger } = get();
    const session = aSession({ agreedServices: functionsNamed('SRCH') });
    const agreed = functionsNamed('GETSPI', 'GCLI');
    await open(ledger, session);
    expect(await ledger.agreeServices(session.id, agreed)).toBe(true);
    expect(await ledger.find(session.id)).toEqual({ ...session, agreedServices: agreed });
    await ledger.end([session.id], 'logout', NO_REASON);
    expect(await ledger.agreeServices(session.id, agreed)).toBe(false);
  });

  it('are replaced by a resume, as long as the session is live', async () => {
    const { ledger } = get();
    const session = aSession({
      sapEpoch: 'n:1',
      sessionCookie: 'old',
      agreedServices: functionsNamed('SRCH'),
    });
    const fresh = { keepAliveTimeS: 90, sapEpoch: 'n:2', sessionCookie: undefined, capabilityList: '<A/>' };
    await open(ledger, session);
    expect(await ledger.resume(session.id, fresh)).toBe(true);
    expect(await ledger.find(session.id)).toEqual({ ...session, ...fresh });
    await ledger.end([session.id], 'logout', NO_REASON);
    expect(await ledger.resume(session.id, fresh)).toBe(false);
  });

  it('follow the grants of the live store, of live sessions only', async () => {
    const { ledger } = get();
    const hers = aSession({ sapEpoch: 'n:1' });
    const his = aSession({ account: BOB });
    await open(ledger, hers);
    await open(ledger, his);
    await ledger.recordGrants([
      { id: hers.id, keepAliveTimeS: 61, sapEpoch: 'n:2' },
      { id: aSession().id, keepAliveTimeS: 62, sapEpoch: undefined },
      { id: his.id, keepAliveTimeS: 63, sapEpoch: undefined },
    ]);
    await ledger.recordGrants([]);
    expect(await ledger.find(hers.id)).toEqual({ ...hers, keepAliveTimeS: 61, sapEpoch: 'n:2' });
    expect(await ledger.find(his.id)).toEqual({ ...his, keepAliveTimeS: 63 });
    expect(await ledger.countLive()).toBe(2);
  });
}

/** Of two users, over two peers. */
const many = async (ledger: Plain<SessionLedger>): Promise<readonly UserSession[]> => {
  const sessions = Array.from({ length: 7 }, (_, i) =>
    aSession({
      account: i % 2 ? BOB : ALICE,
      client: clientAt(`client-${i}`),
      peer: i < 5 ? OPERATOR : OTHER_OPERATOR,
    }),
  );
  for (const session of sessions) await open(ledger, session, { ...POLICY, sessionsPerUser: 10 });
  return sessions;
};

export function pages(get: GetSessionLedger): void {
  it('go through all live sessions in the order of the characters of their ids', async () => {
    const { ledger } = get();
    const sessions = await many(ledger);
    const seen: UserSessionID[] = [];
    for (;;) {
      const page = await ledger.page({ ...everything, after: seen.at(-1), limit: 3 });
      if (page.length === 0) break;
      expect(page.length).toBeLessThanOrEqual(3);
      seen.push(...idsOf(page));
    }
    expect(seen).toEqual(sortedIDs(sessions));
  });

  it('show one account, or one peer, or both', async () => {
    const { ledger } = get();
    const sessions = await many(ledger);
    const shown = async (filter: Partial<SessionPageRequest>): Promise<UserSessionID[]> =>
      idsOf(await ledger.page({ ...everything, ...filter }));
    const expected = (keep: (session: UserSession) => boolean) => sortedIDs(sessions.filter(keep));
    expect(await shown({ account: BOB })).toEqual(expected((s) => s.account === BOB));
    expect(await shown({ peer: OTHER_OPERATOR })).toEqual(expected((s) => s.peer === OTHER_OPERATOR));
    expect(await shown({ account: ALICE, peer: OPERATOR })).toEqual(
      expected((s) => s.account === ALICE && s.peer === OPERATOR),
    );
  });

  it('of a shard show what was born in it', async () => {
    const { ledger } = get();
    const sessions = await many(ledger);
    const born = sortedIDs(sessions.filter((s) => shardOf(s.account) === shardOf(BOB)));
    const first = idsOf(await ledger.pageOfShard(shardOf(BOB), undefined, 2));
    expect(first).toEqual(born.slice(0, 2));
    expect(idsOf(await ledger.pageOfShard(shardOf(BOB), first.at(-1), 100))).toEqual(born.slice(2));
  });
}

export function lately(get: GetSessionLedger): void {
  it('was born: neither just now nor long ago, and still live', async () => {
    const { ledger, letPass, nowMs } = get();
    const born = (account: AccountID, url: string): UserSession =>
      aSession({ account, client: clientAt(url), startedAtMs: nowMs() });
    await open(ledger, born(ALICE, 'old'));
    await letPass(45_000);
    const lateA = born(ALICE, 'late-a');
    const lateB = born(BOB, 'late-b');
    const dead = born(BOB, 'dead');
    for (const session of [lateA, lateB, dead]) await open(ledger, session);
    await ledger.end([dead.id], 'logout', NO_REASON);
    await letPass(15_000);
    await open(ledger, born(ALICE, 'fresh'));
    const found = idsOf(await ledger.bornWithin(30, undefined, 100));
    expect(found).toEqual(sortedIDs([lateA, lateB]));
    expect(idsOf(await ledger.bornWithin(30, undefined, 1))).toEqual(found.slice(0, 1));
    expect(idsOf(await ledger.bornWithin(30, found[0], 100))).toEqual(found.slice(1));
  });

  it('ended: up to now, and not long ago', async () => {
    const { ledger, letPass } = get();
    const long = aSession({ client: clientAt('long') });
    const lateA = aSession({ client: clientAt('late-a') });
    const lateB = aSession({ account: BOB });
    for (const session of [long, lateA, lateB]) await open(ledger, session);
    await ledger.end([long.id], 'expired', NO_REASON);
    await letPass(60_000);
    await ledger.end([lateA.id, lateB.id], 'administrator', NO_REASON);
    const gone = await ledger.endedWithin(30, undefined, 100);
    expect(idsOf(gone)).toEqual(sortedIDs([lateA, lateB]));
    expect(gone[0]).toEqual({ id: gone[0]!.id, peer: OPERATOR, cause: 'administrator' });
    expect(await ledger.endedWithin(30, undefined, 1)).toEqual(gone.slice(0, 1));
    expect(await ledger.endedWithin(30, gone[0]!.id, 100)).toEqual(gone.slice(1));
  });
}
