import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SspSession, SspSessions } from '@sap2/peer-link';
import { randomUUID } from 'node:crypto';

export interface SspSessionsSubject {
  readonly sspSessions: SspSessions;
  /** Makes the store believe that so much time has passed. */
  readonly letPass: (ms: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

const LIMIT = 64;

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
    removing(get);
  });
}

function finding(get: () => SspSessionsSubject): void {
  it('finds a session by the id that its peer announced, and by no other', async () => {
    const { sspSessions } = get();
    const session = sessionOf(newPeer());
    expect(await sspSessions.add(session, LIMIT)).toBe('added');
    expect(await sspSessions.touch(session.theirID)).toEqual(session);
    expect(await sspSessions.touch(session.ourID)).toBeUndefined();
    expect(await sspSessions.touch(session.theirID.toUpperCase())).toBeUndefined();
  });

  it('tells all that are up, and how long ago each was used', async () => {
    const { sspSessions, letPass } = get();
    const peer = newPeer();
    const [first, second, brief] = [sessionOf(peer), sessionOf(peer), sessionOf(peer, 1)];
    for (const session of [first, second, brief]) await sspSessions.add(session, LIMIT);
    await letPass(5_000);
    await sspSessions.touch(second.theirID);
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
    await sspSessions.add(first, LIMIT);
    await letPass(5);
    await sspSessions.add(second, LIMIT);
    expect(await sspSessions.latestOf(peer)).toEqual(second);
    await letPass(5);
    await sspSessions.touch(first.theirID);
    expect(await sspSessions.latestOf(peer)).toEqual(first);
  });
}

function living(get: () => SspSessionsSubject): void {
  it('lets a session die after its time to live without a message, and not before', async () => {
    const { sspSessions, letPass } = get();
    const session = sessionOf(newPeer(), 60);
    await sspSessions.add(session, LIMIT);
    await letPass(50_000);
    expect(await sspSessions.touch(session.theirID)).toEqual(session);
    await letPass(50_000);
    expect(await sspSessions.latestOf(session.peer)).toEqual(session);
    await letPass(11_000);
    expect(await sspSessions.latestOf(session.peer)).toBeUndefined();
    expect(await sspSessions.touch(session.theirID)).toBeUndefined();
  });

  it('falls back to an older session when the latest has died', async () => {
    const { sspSessions, letPass } = get();
    const peer = newPeer();
    const [lasting, brief] = [sessionOf(peer, 3600), sessionOf(peer, 30)];
    await sspSessions.add(lasting, LIMIT);
    await letPass(5);
    await sspSessions.add(brief, LIMIT);
    await letPass(31_000);
    expect(await sspSessions.latestOf(peer)).toEqual(lasting);
  });
}

function looking(get: () => SspSessionsSubject): void {
  it('finds a session without prolonging it', async () => {
    const { sspSessions, letPass } = get();
    const session = sessionOf(newPeer(), 60);
    await sspSessions.add(session, LIMIT);
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
    await sspSessions.add(session, LIMIT);
    expect(await sspSessions.add(thief, LIMIT)).toBe('taken');
    expect(await sspSessions.touch(session.theirID)).toEqual(session);
    expect(await sspSessions.latestOf(thief.peer)).toBeUndefined();
  });

  it('lets a peer announce its own id again, which replaces the older session even at the limit', async () => {
    const { sspSessions } = get();
    const session = sessionOf(newPeer());
    const again = { ...sessionOf(session.peer), theirID: session.theirID };
    await sspSessions.add(session, 1);
    expect(await sspSessions.add(again, 1)).toBe('added');
    expect(await sspSessions.touch(session.theirID)).toEqual(again);
    expect(await sspSessions.latestOf(session.peer)).toEqual(again);
  });

  it('holds no more than the limit for one peer, and counts only what is alive', async () => {
    const { sspSessions, letPass } = get();
    const peer = newPeer();
    await sspSessions.add(sessionOf(peer, 10), 2);
    await sspSessions.add(sessionOf(peer, 3600), 2);
    expect(await sspSessions.add(sessionOf(peer), 2)).toBe('too-many');
    expect(await sspSessions.add(sessionOf(newPeer()), 2)).toBe('added');
    await letPass(11_000);
    expect(await sspSessions.add(sessionOf(peer), 2)).toBe('added');
  });
}

function removing(get: () => SspSessionsSubject): void {
  it('forgets one session at once, and the others stay', async () => {
    const { sspSessions } = get();
    const peer = newPeer();
    const [kept, gone] = [sessionOf(peer), sessionOf(peer)];
    await sspSessions.add(kept, 2);
    await sspSessions.add(gone, 2);
    await sspSessions.remove(gone);
    await sspSessions.remove(gone);
    expect(await sspSessions.touch(gone.theirID)).toBeUndefined();
    expect(await sspSessions.latestOf(peer)).toEqual(kept);
    expect(await sspSessions.add(sessionOf(peer), 2)).toBe('added');
  });

  it('does not forget the session that has replaced the one to be removed', async () => {
    const { sspSessions } = get();
    const old = sessionOf(newPeer());
    const again = { ...sessionOf(old.peer), theirID: old.theirID };
    await sspSessions.add(old, LIMIT);
    await sspSessions.add(again, LIMIT);
    await sspSessions.remove(old);
    expect(await sspSessions.touch(old.theirID)).toEqual(again);
  });

  it('forgets all sessions of a peer, and none of another', async () => {
    const { sspSessions } = get();
    const peer = newPeer();
    const [first, second, other] = [sessionOf(peer), sessionOf(peer), sessionOf(newPeer())];
    for (const session of [first, second, other]) await sspSessions.add(session, LIMIT);
    await sspSessions.removeAllOf(peer);
    expect(await sspSessions.touch(first.theirID)).toBeUndefined();
    expect(await sspSessions.touch(second.theirID)).toBeUndefined();
    expect(await sspSessions.latestOf(peer)).toBeUndefined();
    expect(await sspSessions.touch(other.theirID)).toEqual(other);
  });
}
