import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ProvenSetup, Setups, SetupTokens } from '@sap2/peer-link';
import { randomUUID } from 'node:crypto';

export interface SetupsSubject {
  /** At most 20 of one address, 50 in all, 5 wrong digests. */
  readonly setups: Setups;
  /** Makes the store believe that so much time has passed. */
  readonly letPass: (ms: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

const LIMIT = 16;
const HERE = '192.0.2.1';
const THERE = '192.0.2.2';

/** Names are fresh in every test, so that a store need not be emptied in between. */
const newPeer = (): string => `wv:@${randomUUID()}.example`;
const newTransaction = (): string => randomUUID();
const newTokens = (): SetupTokens => ({ theirToken: `their ${randomUUID()}`, ourToken: randomUUID() });

const provenOf = (peer: string, tokens: SetupTokens): ProvenSetup => ({
  ...tokens,
  peer,
  schema: 'HMAC-SHA-256',
  spelling: peer.toUpperCase(),
});

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

    sideBySide(get);
    crowded(get);
    proving(get);
    bounds(get);
    forgetting(get);
  });
}

function sideBySide(get: () => SetupsSubject): void {
  it('keeps all set-ups of one name, those of the same address first', async () => {
    const { setups } = get();
    const [peer, transactionID] = [newPeer(), newTransaction()];
    const [far, near] = [newTokens(), newTokens()];
    expect(await setups.begin(peer, transactionID, THERE, far)).toBe('begun');
    expect(await setups.begin(peer, transactionID, HERE, near)).toBe('begun');
    expect(await setups.begun(peer, transactionID, HERE)).toEqual([near, far]);
    expect(await setups.begun(peer, transactionID, THERE)).toEqual([far, near]);
    expect(await setups.begun(newPeer(), transactionID, HERE)).toEqual([]);
    expect(await setups.begun(peer, newTransaction(), HERE)).toEqual([]);
  });

  it('refuses a ninth of one name and address, and leaves the others as they are', async () => {
    const { setups } = get();
    const [peer, transactionID] = [newPeer(), newTransaction()];
    const first = Array.from({ length: 8 }, newTokens);
    for (const tokens of first) await setups.begin(peer, transactionID, HERE, tokens);
    expect(await setups.begin(peer, transactionID, HERE, newTokens())).toBe('too-many');
    expect(await setups.begin(peer, transactionID, THERE, newTokens())).toBe('begun');
    expect(await setups.begun(peer, transactionID, HERE)).toEqual(expect.arrayContaining(first));
  });
}

function crowded(get: () => SetupsSubject): void {
  it('lets a peer begin under a name that strangers hold at many addresses', async () => {
    const { setups } = get();
    const [peer, transactionID] = [newPeer(), newTransaction()];
    for (let address = 0; address < 8; address++)
      for (let i = 0; i < 8; i++)
        await setups.begin(peer, transactionID, `198.51.100.${address}`, newTokens());
    const honest = newTokens();
    expect(await setups.begin(peer, transactionID, HERE, honest)).toBe('begun');
    expect((await setups.begun(peer, transactionID, HERE))[0]).toEqual(honest);
  });
}

function proving(get: () => SetupsSubject): void {
  it('moves a set-up to the proven ones once, even for many who ask at once', async () => {
    const { setups } = get();
    const [peer, transactionID] = [newPeer(), newTransaction()];
    const [mine, other] = [newTokens(), newTokens()];
    await setups.begin(peer, transactionID, HERE, mine);
    await setups.begin(peer, transactionID, HERE, other);
    const setup = provenOf(peer, mine);
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () => setups.prove(transactionID, setup, LIMIT)),
    );
    expect(outcomes.filter((outcome) => outcome === 'proven')).toHaveLength(1);
    expect(await setups.begun(peer, transactionID, HERE)).toEqual([other]);
    expect(await setups.proven(transactionID)).toEqual([setup]);
    expect(await setups.prove(transactionID, provenOf(newPeer(), other), LIMIT)).toBe('unknown');
  });

  it('finishes a proven set-up once, and leaves those of other peers with the same transaction', async () => {
    const { setups } = get();
    const transactionID = newTransaction();
    const [one, other] = [newPeer(), newPeer()].map((peer) => provenOf(peer, newTokens()));
    if (one === undefined || other === undefined) throw new Error('two are wanted');
    for (const setup of [one, other]) {
      await setups.begin(setup.peer, transactionID, HERE, setup);
      await setups.prove(transactionID, setup, LIMIT);
    }
    const finished = await Promise.all(Array.from({ length: 10 }, () => setups.finish(transactionID, one)));
    expect(finished.filter(Boolean)).toHaveLength(1);
    expect(await setups.proven(transactionID)).toEqual([other]);
  });
}

function bounds(get: () => SetupsSubject): void {
  it('keeps what was there before one address floods it, and lets that address begin on', async () => {
    const { setups } = get();
    const [peer, transactionID] = [newPeer(), newTransaction()];
    const honest = newTokens();
    await setups.begin(peer, transactionID, HERE, honest);
    for (let i = 0; i < 100; i++)
      expect(await setups.begin(peer, newTransaction(), HERE, newTokens())).toBe('begun');
    expect(await setups.begun(peer, transactionID, HERE)).toEqual([honest]);
    const [late, fresh] = [newTransaction(), newTokens()];
    await setups.begin(peer, late, HERE, fresh);
    for (let i = 0; i < 5; i++) await setups.begin(peer, newTransaction(), HERE, newTokens());
    expect(await setups.begun(peer, late, HERE)).toEqual([fresh]);
  });

  it('takes a place from the most crowded address when all are taken', async () => {
    const { setups } = get();
    const peer = newPeer();
    const lonely = [newTransaction(), newTokens()] as const;
    await setups.begin(peer, lonely[0], THERE, lonely[1]);
    for (let i = 0; i < 400; i++)
      await setups.begin(peer, newTransaction(), `198.51.100.${i % 4}`, newTokens());
    expect(await setups.begun(peer, lonely[0], THERE)).toEqual([lonely[1]]);
    const [other, tokens] = [newTransaction(), newTokens()];
    expect(await setups.begin(peer, other, '203.0.113.1', tokens)).toBe('begun');
    expect(await setups.begun(peer, other, '203.0.113.1')).toEqual([tokens]);
  });

  it('holds no more proven set-ups of a peer than the limit; a finished one makes room', async () => {
    const { setups } = get();
    const peer = newPeer();
    const all = Array.from({ length: 3 }, () => ({
      id: newTransaction(),
      setup: provenOf(peer, newTokens()),
    }));
    for (const { id, setup } of all) await setups.begin(peer, id, HERE, setup);
    const [first, second, third] = all;
    if (first === undefined || second === undefined || third === undefined)
      throw new Error('three are wanted');
    expect(await setups.prove(first.id, first.setup, 2)).toBe('proven');
    expect(await setups.prove(second.id, second.setup, 2)).toBe('proven');
    expect(await setups.prove(third.id, third.setup, 2)).toBe('too-many');
    await setups.finish(first.id, first.setup);
    expect(await setups.prove(third.id, third.setup, 2)).toBe('proven');
  });

  it('says when an address has sent too many wrong digests, and forgets it', async () => {
    const { setups, letPass } = get();
    for (let i = 0; i < 5; i++) expect(await setups.countWrong(HERE)).toBe(false);
    expect(await setups.countWrong(HERE)).toBe(true);
    expect(await setups.countWrong(THERE)).toBe(false);
    await letPass(61_000);
    expect(await setups.countWrong(HERE)).toBe(false);
  });
}

function forgetting(get: () => SetupsSubject): void {
  it('forgets a set-up 60 s after it began, however far it came', async () => {
    const { setups, letPass } = get();
    const peer = newPeer();
    const [begun, proven] = [newTransaction(), newTransaction()];
    const setup = provenOf(peer, newTokens());
    await setups.begin(peer, begun, HERE, newTokens());
    await setups.begin(peer, proven, HERE, setup);
    await letPass(40_000);
    await setups.prove(proven, setup, 1);
    expect(await setups.proven(proven)).toEqual([setup]);
    await letPass(21_000);
    expect(await setups.begun(peer, begun, HERE)).toEqual([]);
    expect(await setups.proven(proven)).toEqual([]);
    expect(await setups.finish(proven, setup)).toBe(false);
    const next = provenOf(peer, newTokens());
    await setups.begin(peer, begun, HERE, next);
    expect(await setups.prove(begun, next, 1)).toBe('proven');
  });
}
