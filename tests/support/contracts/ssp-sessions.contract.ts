import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type SessionTerms, type SspSession, type SspSessions, UNTAKEN_TO_AVOID } from '@sap2/peer-link';
import { randomUUID } from 'node:crypto';

export interface SspSessionsSubject {
  readonly sspSessions: SspSessions;
  /** Makes the store believe that so much time has passed. */
  readonly letPass: (ms: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

const TERMS: SessionTerms = { limit: 64, life: 'time-to-live' };
const upTo = (limit: number): SessionTerms => ({ ...TERMS, limit });
const FOR_EVER: SessionTerms = { ...TERMS, life: 'until-replaced' };

/** Names are fresh in every test, so that a store need not be emptied in between. */
function sessionOf(peer: string, timeToLiveS = 86_400): SspSession {
  return { peer, theirID: `${randomUUID()}@theirs`, ourID: `${randomUUID()}@ours`, timeToLiveS };
}
const newPeer = (): string => `wv:@${randomUUID()}.example`;

/** What every store of SSP sessions must do (ssp-binding §3). A subject is made for every test. */
export function describeSspSessionsContract(
  name: string,
  makeSubject: () => Promise<SspSessionsSubject>,
): void {
  describe(`${name}, as SspSessions`, () => {
    let subject: SspSessionsSubject;
    beforeEach(async () => {
      subject = await makeSubject();
    });
    afterEach(async () => {
      await subject.close();
    });
    const get = (): SspSessionsSubject => subject;

    finding(get);
    looking(get);
    living(get);
    limits(get);
    forEver(get);
    pushing(get);
    removing(get);
    changing(get);
  });
}

function finding(get: () => SspSessionsSubject): void {
  it('finds a session by the id that its peer announced, and by no other', async () => {
    const { sspSessions } = get();
    const session = sessionOf(newPeer());
    expect(await sspSessions.add(session, TERMS)).toBe('added');
    expect(await sspSessions.touch(session.theirID, TERMS.life)).toEqual(session);
    expect(await sspSessions.touch(session.ourID, TERMS.life)).toBeUndefined();
    expect(await sspSessions.touch(session.theirID.toUpperCase(), TERMS.life)).toBeUndefined();
  });

  it('tells all that are up, and how long ago each was used', async () => {
    const { sspSessions, letPass } = get();
    const peer = newPeer();
    const [first, second, brief] = [sessionOf(peer), sessionOf(peer), sessionOf(peer, 1)];
    for (const session of [first, second, brief]) await sspSessions.add(session, TERMS);
    await letPass(5_000);
    await sspSessions.touch(second.theirID, TERMS.life);
    const held = await sspSessions.allOf(peer);
    const isIdle = new Map(held.map(({ session, idleMs }) => [session.theirID, idleMs >= 5_000]));
    expect(isIdle).toEqual(
      new Map([
        [first.theirID, true],
        [second.theirID, false],
      ]),
    );
    expect(await sspSessions.allOf(newPeer())).toEqual([]);
  });

  it('pushes over the session that was used last', async () => {
    const { sspSessions, letPass } = get();
    const peer = newPeer();
    const [first, second] = [sessionOf(peer), sessionOf(peer)];
    expect(await sspSessions.latestOf(peer)).toBeUndefined();
    await sspSessions.add(first, TERMS);
    await letPass(5);
    await sspSessions.add(second, TERMS);
    expect(await sspSessions.latestOf(peer)).toEqual(second);
    await letPass(5);
    await sspSessions.touch(first.theirID, TERMS.life);
    expect(await sspSessions.latestOf(peer)).toEqual(first);
  });
}

function living(get: () => SspSessionsSubject): void {
  it('lets a session die after its time to live without a message, and not before', async () => {
    const { sspSessions, letPass } = get();
    const session = sessionOf(newPeer(), 60);
    await sspSessions.add(session, TERMS);
    await letPass(50_000);
    expect(await sspSessions.touch(session.theirID, TERMS.life)).toEqual(session);
    await letPass(50_000);
    expect(await sspSessions.latestOf(session.peer)).toEqual(session);
    await letPass(11_000);
    expect(await sspSessions.latestOf(session.peer)).toBeUndefined();
    expect(await sspSessions.touch(session.theirID, TERMS.life)).toBeUndefined();
  });

  it('falls back to an older session when the latest has died', async () => {
    const { sspSessions, letPass } = get();
    const peer = newPeer();
    const [lasting, brief] = [sessionOf(peer, 3600), sessionOf(peer, 30)];
    await sspSessions.add(lasting, TERMS);
    await letPass(5);
    await sspSessions.add(brief, TERMS);
    await letPass(31_000);
    expect(await sspSessions.latestOf(peer)).toEqual(lasting);
  });
}

function looking(get: () => SspSessionsSubject): void {
  it('finds a session without prolonging it', async () => {
    const { sspSessions, letPass } = get();
    const session = sessionOf(newPeer(), 60);
    await sspSessions.add(session, TERMS);
    await letPass(50_000);
    expect(await sspSessions.find(session.theirID)).toEqual(session);
    await letPass(11_000);
    expect(await sspSessions.find(session.theirID)).toBeUndefined();
  });
}

function limits(get: () => SspSessionsSubject): void {
  it('gives an id to one peer only', async () => {
    const { sspSessions } = get();
    const session = sessionOf(newPeer());
    const thief = { ...sessionOf(newPeer()), theirID: session.theirID };
    await sspSessions.add(session, TERMS);
    expect(await sspSessions.add(thief, TERMS)).toBe('taken');
    expect(await sspSessions.touch(session.theirID, TERMS.life)).toEqual(session);
    expect(await sspSessions.latestOf(thief.peer)).toBeUndefined();
  });

  it('lets a peer announce its own id again, which replaces the older session even at the limit', async () => {
    const { sspSessions } = get();
    const session = sessionOf(newPeer());
    const again = { ...sessionOf(session.peer), theirID: session.theirID };
    await sspSessions.add(session, upTo(1));
    expect(await sspSessions.add(again, upTo(1))).toBe('added');
    expect(await sspSessions.touch(session.theirID, TERMS.life)).toEqual(again);
    expect(await sspSessions.latestOf(session.peer)).toEqual(again);
  });

  it('ends the one that was idle longest when a peer announces one more than the limit', async () => {
    const { sspSessions, letPass } = get();
    const peer = newPeer();
    const [idle, used, other] = [sessionOf(peer), sessionOf(peer), sessionOf(newPeer())];
    for (const session of [idle, used, other]) await sspSessions.add(session, upTo(2));
    await letPass(5);
    await sspSessions.touch(used.theirID, TERMS.life);
    await letPass(5);
    const newest = sessionOf(peer);
    expect(await sspSessions.add(newest, upTo(2))).toBe('added');
    expect(await sspSessions.find(idle.theirID)).toBeUndefined();
    for (const session of [used, newest, other]) {
      expect(await sspSessions.find(session.theirID)).toEqual(session);
    }
    // The limit was lowered meanwhile.
    const last = sessionOf(peer);
    await sspSessions.add(last, upTo(1));
    expect((await sspSessions.allOf(peer)).map(({ session }) => session)).toEqual([last]);
  });

  it('ends nothing that is alive for the sake of what is dead', async () => {
    const { sspSessions, letPass } = get();
    const peer = newPeer();
    const [brief, lasting, newest] = [sessionOf(peer, 10), sessionOf(peer, 3600), sessionOf(peer)];
    await sspSessions.add(lasting, upTo(2));
    await letPass(5);
    await sspSessions.add(brief, upTo(2));
    await letPass(11_000);
    await sspSessions.add(newest, upTo(2));
    expect(await sspSessions.find(lasting.theirID)).toEqual(lasting);
    expect(await sspSessions.find(newest.theirID)).toEqual(newest);
  });

  it('holds no more than the limit also when many are announced at once', async () => {
    const { sspSessions } = get();
    const peer = newPeer();
    const sessions = Array.from({ length: 12 }, () => sessionOf(peer));
    const added = await Promise.all(sessions.map((session) => sspSessions.add(session, upTo(3))));
    expect(new Set(added)).toEqual(new Set(['added']));
    expect(await sspSessions.allOf(peer)).toHaveLength(3);
    const found = await Promise.all(sessions.map(({ theirID }) => sspSessions.find(theirID)));
    expect(found.filter((one) => one !== undefined)).toHaveLength(3);
  });
}

function forEver(get: () => SspSessionsSubject): void {
  it('keeps a session of a peer that knows no time to live, until it is replaced, displaced or removed', async () => {
    const { sspSessions, letPass } = get();
    const peer = newPeer();
    const [silent, talking] = [sessionOf(peer, 10), sessionOf(peer, 10)];
    for (const session of [silent, talking]) await sspSessions.add(session, FOR_EVER);
    await sspSessions.touch(talking.theirID, FOR_EVER.life);
    await letPass(3_600_000);
    for (const session of [silent, talking]) {
      expect(await sspSessions.find(session.theirID)).toEqual(session);
    }
    const again = { ...sessionOf(peer, 10), theirID: talking.theirID };
    await sspSessions.add(again, FOR_EVER);
    expect(await sspSessions.find(talking.theirID)).toEqual(again);
    await sspSessions.add(sessionOf(peer), { ...FOR_EVER, limit: 2 });
    expect(await sspSessions.find(silent.theirID)).toBeUndefined();
    await sspSessions.removeAllOf(peer);
    expect(await sspSessions.find(talking.theirID)).toBeUndefined();
  });

  it('follows the agreement with the next message when it is changed', async () => {
    const { sspSessions, letPass } = get();
    const session = sessionOf(newPeer(), 60);
    await sspSessions.add(session, TERMS);
    await sspSessions.touch(session.theirID, FOR_EVER.life);
    await letPass(61_000);
    expect(await sspSessions.touch(session.theirID, TERMS.life)).toEqual(session);
    await letPass(61_000);
    expect(await sspSessions.find(session.theirID)).toBeUndefined();
  });
}

function pushing(get: () => SspSessionsSubject): void {
  it('avoids a session for pushes, and leaves it to the messages of its peer', async () => {
    const { sspSessions, letPass } = get();
    const peer = newPeer();
    const [older, newer] = [sessionOf(peer), sessionOf(peer)];
    await sspSessions.add(older, TERMS);
    await letPass(5);
    await sspSessions.add(newer, TERMS);
    await sspSessions.setUntaken(newer, UNTAKEN_TO_AVOID - 1);
    expect(await sspSessions.latestOf(peer)).toEqual(newer);
    await sspSessions.setUntaken(newer, UNTAKEN_TO_AVOID);
    expect(await sspSessions.latestOf(peer)).toEqual(older);
    expect(await sspSessions.touch(newer.theirID, TERMS.life)).toEqual(newer);
    expect(await sspSessions.latestOf(peer)).toEqual(older);
    await sspSessions.setUntaken(newer, 0);
    expect(await sspSessions.latestOf(peer)).toEqual(newer);
  });

  it('begins anew with a session that takes the place of one that was avoided', async () => {
    const { sspSessions } = get();
    const old = sessionOf(newPeer());
    const again = { ...sessionOf(old.peer), theirID: old.theirID };
    await sspSessions.add(old, TERMS);
    await sspSessions.setUntaken(old, UNTAKEN_TO_AVOID);
    await sspSessions.add(again, TERMS);
    await sspSessions.setUntaken(old, UNTAKEN_TO_AVOID);
    expect(await sspSessions.latestOf(old.peer)).toEqual(again);
  });
}

function removing(get: () => SspSessionsSubject): void {
  it('forgets one session at once, and the others stay', async () => {
    const { sspSessions } = get();
    const peer = newPeer();
    const [kept, gone] = [sessionOf(peer), sessionOf(peer)];
    await sspSessions.add(kept, upTo(2));
    await sspSessions.add(gone, upTo(2));
    await sspSessions.remove(gone);
    await sspSessions.remove(gone);
    expect(await sspSessions.touch(gone.theirID, TERMS.life)).toBeUndefined();
    expect(await sspSessions.latestOf(peer)).toEqual(kept);
    expect(await sspSessions.add(sessionOf(peer), upTo(2))).toBe('added');
  });

  it('does not forget the session that has replaced the one to be removed', async () => {
    const { sspSessions } = get();
    const old = sessionOf(newPeer());
    const again = { ...sessionOf(old.peer), theirID: old.theirID };
    await sspSessions.add(old, TERMS);
    await sspSessions.add(again, TERMS);
    await sspSessions.remove(old);
    expect(await sspSessions.touch(old.theirID, TERMS.life)).toEqual(again);
  });

  it('forgets all sessions of a peer, and none of another', async () => {
    const { sspSessions } = get();
    const peer = newPeer();
    const [first, second, other] = [sessionOf(peer), sessionOf(peer), sessionOf(newPeer())];
    for (const session of [first, second, other]) await sspSessions.add(session, TERMS);
    await sspSessions.removeAllOf(peer);
    expect(await sspSessions.touch(first.theirID, TERMS.life)).toBeUndefined();
    expect(await sspSessions.touch(second.theirID, TERMS.life)).toBeUndefined();
    expect(await sspSessions.latestOf(peer)).toBeUndefined();
    expect(await sspSessions.touch(other.theirID, TERMS.life)).toEqual(other);
  });
}

function changing(get: () => SspSessionsSubject): void {
  it('says which session was made, replaced or ended, before the act resolves', async () => {
    const { sspSessions } = get();
    const heard: string[] = [];
    sspSessions.onChange((theirID) => heard.push(theirID));
    const session = sessionOf(newPeer());
    const [again, other] = [
      { ...sessionOf(session.peer), theirID: session.theirID },
      sessionOf(session.peer),
    ];
    for (const act of [
      () => sspSessions.add(session, TERMS),
      () => sspSessions.add(again, TERMS),
      () => sspSessions.remove(again),
    ]) {
      heard.length = 0;
      await act();
      expect(heard).toContain(session.theirID);
    }
    await sspSessions.add(other, TERMS);
    heard.length = 0;
    await sspSessions.removeAllOf(other.peer);
    expect(heard).toContain(other.theirID);
  });
}
