import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { OutgoingSetup, OutgoingSetups } from '@sap2/peer-link';
import { randomUUID } from 'node:crypto';

export interface OutgoingSetupsSubject {
  readonly setups: OutgoingSetups;
  /** Makes the store believe that so much time has passed. */
  readonly letPass: (ms: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Names are fresh in every test, so that a store need not be emptied in between. */
const aSetup = (particulars: Partial<OutgoingSetup> = {}): OutgoingSetup => ({
  peer: `wv:@${randomUUID()}.example`,
  transactionID: randomUUID(),
  ourToken: 'our token',
  ourID: 'abc@provider.example',
  heard: [],
  ...particulars,
});

const HEARD = { token: 'their token', spelling: 'wv:@Peer.example', address: '192.0.2.1' };

/** What every store of set-ups that SAP 2 began must do (ssp-binding §3). A subject is made for every test. */
export function describeOutgoingSetupsContract(
  name: string,
  makeSubject: () => Promise<OutgoingSetupsSubject>,
): void {
  describe(`${name}, as OutgoingSetups`, () => {
    let subject: OutgoingSetupsSubject;
    beforeEach(async () => {
      subject = await makeSubject();
    });
    afterEach(async () => {
      await subject.close();
    });
    const get = (): OutgoingSetupsSubject => subject;

    onePerPeer(get);
    inTurn(get);
    heardTokens(get);
    forgetting(get);
  });
}

function onePerPeer(get: () => OutgoingSetupsSubject): void {
  it('holds one set-up for a peer, found by its name, until that one ends', async () => {
    const { setups } = get();
    const first = aSetup();
    const second = aSetup({ peer: first.peer });
    expect(await setups.transactionWith(first.peer)).toBeUndefined();
    expect(await setups.begin(first)).toBe('begun');
    expect(await setups.begin(second)).toBe('under-way');
    expect(await setups.begin(aSetup())).toBe('begun');
    expect(await setups.transactionWith(first.peer)).toBe(first.transactionID);
    expect(await setups.awaited(first.transactionID)).toBe(2);
    expect(await setups.awaited(second.transactionID)).toBeUndefined();
    expect(await setups.peerOf(first.transactionID)).toBe(first.peer);
    expect(await setups.peerOf(randomUUID())).toBeUndefined();
    expect(await setups.hearToken(second.transactionID, HEARD, 4)).toBeUndefined();
    expect(await setups.find(second.transactionID)).toBeUndefined();
    expect(await setups.end(second.transactionID)).toBeUndefined();
    expect(await setups.end(first.transactionID)).toBe(first.peer);
    expect(await setups.end(first.transactionID)).toBeUndefined();
    expect(await setups.begin(second)).toBe('begun');
    expect(await setups.end(first.transactionID)).toBeUndefined();
    expect(await setups.transactionWith(first.peer)).toBe(second.transactionID);
  });

  it('lets one of many begin who try at once', async () => {
    const { setups } = get();
    const { peer } = aSetup();
    const begun = await Promise.all(Array.from({ length: 10 }, () => setups.begin(aSetup({ peer }))));
    expect(begun.filter((outcome) => outcome === 'begun')).toHaveLength(1);
  });
}

function inTurn(get: () => OutgoingSetupsSubject): void {
  it('takes the answers in their order, each of them once', async () => {
    const { setups } = get();
    const setup = aSetup();
    const { transactionID } = setup;
    await setups.begin(setup);
    for (const other of [4, 6] as const) expect(await setups.take(transactionID, other)).toBeUndefined();
    const withToken = { ...setup, heard: [HEARD] };
    expect(await setups.hearToken(transactionID, HEARD, 4)).toEqual(withToken);
    for (const [answer, others] of [
      [4, [6]],
      [6, [4]],
    ] as const) {
      expect(await setups.awaited(transactionID)).toBe(answer);
      for (const other of others) expect(await setups.take(transactionID, other)).toBeUndefined();
      expect(await setups.take(randomUUID(), answer)).toBeUndefined();
      const taken = await Promise.all(Array.from({ length: 5 }, () => setups.take(transactionID, answer)));
      expect(taken.filter((one) => one !== undefined)).toEqual([withToken]);
    }
    expect(await setups.transactionWith(setup.peer)).toBe(transactionID);
    expect(await setups.awaited(transactionID)).toBe('ending');
    await setups.end(transactionID);
    expect(await setups.awaited(transactionID)).toBeUndefined();
  });
}

function heardTokens(get: () => OutgoingSetupsSubject): void {
  it('hears further messages 2 up to the limit, each once, until message 4 was right', async () => {
    const { setups } = get();
    const setup = aSetup();
    const { transactionID } = setup;
    await setups.begin(setup);
    const strangers = ['one', 'two', 'three'].map((token) => ({
      token,
      spelling: 'wv:@Peer.example',
      address: '198.51.100.7',
    }));
    for (const stranger of strangers) await setups.hearToken(transactionID, stranger, 3);
    const [one, two] = strangers;
    if (one === undefined || two === undefined) throw new Error('two are wanted');
    expect(await setups.hearToken(transactionID, one, 3)).toBeUndefined();
    expect(await setups.hearToken(transactionID, { ...one, token: 'four' }, 3)).toBeUndefined();
    expect((await setups.hearToken(transactionID, HEARD, 3))?.heard).toEqual([one, two, HEARD]);
    expect((await setups.find(transactionID))?.heard).toEqual([one, two, HEARD]);
    await setups.take(transactionID, 4);
    expect(await setups.hearToken(transactionID, { ...HEARD, token: 'late' }, 4)).toBeUndefined();
  });

  it('says when the peer has refused as many messages 3 as were sent', async () => {
    const { setups } = get();
    const setup = aSetup();
    await setups.begin(setup);
    await setups.hearToken(setup.transactionID, HEARD, 2);
    await setups.hearToken(setup.transactionID, { ...HEARD, token: 'second' }, 2);
    expect(await setups.countRefusal(randomUUID())).toBe(false);
    expect(await setups.countRefusal(setup.transactionID)).toBe(false);
    expect(await setups.countRefusal(setup.transactionID)).toBe(true);
    expect(await setups.find(setup.transactionID)).toBeDefined();
    expect(await setups.begin(aSetup({ peer: setup.peer }))).toBe('begun');
  });
}

function forgetting(get: () => OutgoingSetupsSubject): void {
  it('forgets a set-up 60 s after it began, however far it came', async () => {
    const { setups, letPass } = get();
    const setup = aSetup();
    const { peer, transactionID } = setup;
    await setups.begin(setup);
    await letPass(40_000);
    expect(await setups.hearToken(transactionID, HEARD, 4)).toMatchObject({ heard: [HEARD] });
    await letPass(21_000);
    expect(await setups.take(transactionID, 4)).toBeUndefined();
    expect(await setups.end(transactionID)).toBeUndefined();
    expect(await setups.transactionWith(peer)).toBeUndefined();
    expect(await setups.begin(aSetup({ peer }))).toBe('begun');
  });
}
