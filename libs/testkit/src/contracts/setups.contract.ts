import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Setups } from '@sap2/peer-link';
import { randomUUID } from 'node:crypto';

export interface SetupsSubject {
  readonly setups: Setups;
  /** Makes the store believe that so much time has passed. */
  readonly letPass: (ms: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

const LIMIT = 16;
const TOKENS = { theirToken: 'their token', ourToken: 'our token' };

/** Names are fresh in every test, so that a store need not be emptied in between. */
const newPeer = (): string => `wv:@${randomUUID()}.example`;
const newTransaction = (): string => randomUUID();

/** What every store of unfinished set-ups must do (ssp-binding §3). A subject is made for every test. */
export function describeSetupsContract(name: string, makeSubject: () => Promise<SetupsSubject>): void {
  describe(`${name}, as Setups`, () => {
    let subject: SetupsSubject;
    beforeEach(async () => {
      subject = await makeSubject();
    });
    afterEach(async () => {
      await subject.close();
    });
    const get = (): SetupsSubject => subject;

    singleUse(get);
    verifying(get);
    limits(get);
    forgetting(get);
  });
}

function singleUse(get: () => SetupsSubject): void {
  it('gives the tokens of a set-up once, and only for its peer and transaction', async () => {
    const { setups } = get();
    const [peer, transactionID] = [newPeer(), newTransaction()];
    expect(await setups.begin(peer, transactionID, TOKENS, LIMIT)).toBe('begun');
    expect(await setups.takeTokens(newPeer(), transactionID)).toBeUndefined();
    expect(await setups.takeTokens(peer, newTransaction())).toBeUndefined();
    expect(await setups.takeTokens(peer, transactionID)).toEqual(TOKENS);
    expect(await setups.takeTokens(peer, transactionID)).toBeUndefined();
  });

  it('gives the tokens to one of many who ask at once', async () => {
    const { setups } = get();
    const [peer, transactionID] = [newPeer(), newTransaction()];
    await setups.begin(peer, transactionID, TOKENS, LIMIT);
    const taken = await Promise.all(Array.from({ length: 10 }, () => setups.takeTokens(peer, transactionID)));
    expect(taken.filter((tokens) => tokens !== undefined)).toEqual([TOKENS]);
  });

  it('begins anew when a transaction is used again, and forgets that it was verified', async () => {
    const { setups } = get();
    const [peer, transactionID] = [newPeer(), newTransaction()];
    await setups.begin(peer, transactionID, TOKENS, 1);
    await setups.takeTokens(peer, transactionID);
    await setups.markVerified(peer, transactionID);
    const fresh = { theirToken: 'another', ourToken: 'one' };
    expect(await setups.begin(peer, transactionID, fresh, 1)).toBe('begun');
    expect(await setups.verifiedPeers(transactionID)).toEqual([]);
    expect(await setups.takeTokens(peer, transactionID)).toEqual(fresh);
  });
}

function verifying(get: () => SetupsSubject): void {
  it('names those whose digest was right, each of them once', async () => {
    const { setups } = get();
    const [alpha, beta, gamma] = [newPeer(), newPeer(), newPeer()];
    const transactionID = newTransaction();
    for (const peer of [alpha, beta, gamma]) await setups.begin(peer, transactionID, TOKENS, LIMIT);
    expect(await setups.verifiedPeers(transactionID)).toEqual([]);
    for (const peer of [alpha, beta]) {
      await setups.takeTokens(peer, transactionID);
      await setups.markVerified(peer, transactionID);
    }
    expect([...(await setups.verifiedPeers(transactionID))].toSorted()).toEqual([alpha, beta].toSorted());
    expect(await setups.verifiedPeers(newTransaction())).toEqual([]);
  });

  it('finishes a verified set-up once, even for many who ask at once', async () => {
    const { setups } = get();
    const [peer, transactionID] = [newPeer(), newTransaction()];
    await setups.begin(peer, transactionID, TOKENS, LIMIT);
    await setups.takeTokens(peer, transactionID);
    expect(await setups.finish(peer, transactionID)).toBe(false);
    await setups.markVerified(peer, transactionID);
    const finished = await Promise.all(Array.from({ length: 10 }, () => setups.finish(peer, transactionID)));
    expect(finished.filter(Boolean)).toHaveLength(1);
    expect(await setups.verifiedPeers(transactionID)).toEqual([]);
  });
}

function limits(get: () => SetupsSubject): void {
  it('holds no more unfinished set-ups of a peer than the limit; a finished one makes room', async () => {
    const { setups } = get();
    const peer = newPeer();
    const [first, second] = [newTransaction(), newTransaction()];
    await setups.begin(peer, first, TOKENS, 2);
    await setups.begin(peer, second, TOKENS, 2);
    expect(await setups.begin(peer, newTransaction(), TOKENS, 2)).toBe('too-many');
    expect(await setups.begin(newPeer(), newTransaction(), TOKENS, 2)).toBe('begun');
    await setups.takeTokens(peer, first);
    await setups.markVerified(peer, first);
    expect(await setups.begin(peer, newTransaction(), TOKENS, 2)).toBe('too-many');
    await setups.finish(peer, first);
    expect(await setups.begin(peer, newTransaction(), TOKENS, 2)).toBe('begun');
  });
}

function forgetting(get: () => SetupsSubject): void {
  it('forgets a set-up 60 s after it began, however far it came', async () => {
    const { setups, letPass } = get();
    const peer = newPeer();
    const [begun, verified] = [newTransaction(), newTransaction()];
    await setups.begin(peer, begun, TOKENS, 2);
    await setups.begin(peer, verified, TOKENS, 2);
    await letPass(40_000);
    await setups.takeTokens(peer, verified);
    await setups.markVerified(peer, verified);
    expect(await setups.verifiedPeers(verified)).toEqual([peer]);
    await letPass(21_000);
    expect(await setups.takeTokens(peer, begun)).toBeUndefined();
    expect(await setups.verifiedPeers(verified)).toEqual([]);
    expect(await setups.finish(peer, verified)).toBe(false);
    expect(await setups.begin(peer, newTransaction(), TOKENS, 1)).toBe('begun');
  });

  it('marks nothing verified that was forgotten meanwhile', async () => {
    const { setups, letPass } = get();
    const [peer, transactionID] = [newPeer(), newTransaction()];
    await setups.begin(peer, transactionID, TOKENS, LIMIT);
    await setups.takeTokens(peer, transactionID);
    await letPass(61_000);
    await setups.markVerified(peer, transactionID);
    expect(await setups.verifiedPeers(transactionID)).toEqual([]);
    expect(await setups.finish(peer, transactionID)).toBe(false);
  });
}
