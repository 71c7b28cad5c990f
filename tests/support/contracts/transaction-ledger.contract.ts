import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { TransactionClaim, TransactionKey, TransactionLedger } from '@sap2/peer-link';
import { randomUUID } from 'node:crypto';

export interface TransactionLedgerSubject {
  readonly ledger: TransactionLedger;
  /** Makes the store believe that so much time has passed. */
  readonly letPass: (ms: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

const LEASE_MS = 30_000;
const KEEP_MS = 600_000;

/** Names are fresh in every test, so that a store need not be emptied in between. */
const newKey = (): TransactionKey => ({ peer: `wv:@${randomUUID()}.example`, transactionID: randomUUID() });

async function claimed(ledger: TransactionLedger, key: TransactionKey): Promise<TransactionClaim> {
  const claim = await ledger.claim(key, 'hash', LEASE_MS);
  if (claim.state !== 'mine') throw new Error(`the transaction is ${claim.state}`);
  return claim.claim;
}

const MINE = { state: 'mine', claim: expect.anything() };

/** What every transaction ledger must do (ssp-binding §6). A subject is made for every test. */
export function describeTransactionLedgerContract(
  name: string,
  makeSubject: () => Promise<TransactionLedgerSubject>,
): void {
  describe(`${name}, as TransactionLedger`, () => {
    let subject: TransactionLedgerSubject;
    beforeEach(async () => {
      subject = await makeSubject();
    });
    afterEach(async () => {
      await subject.close();
    });
    const get = (): TransactionLedgerSubject => subject;

    claiming(get);
    answering(get);
    lapsing(get);
  });
}

function claiming(get: () => TransactionLedgerSubject): void {
  it('gives a transaction to one of many who claim it at once', async () => {
    const { ledger } = get();
    const key = newKey();
    const claims = await Promise.all(Array.from({ length: 10 }, () => ledger.claim(key, 'hash', LEASE_MS)));
    expect(claims.filter(({ state }) => state === 'mine')).toHaveLength(1);
    expect(claims.filter(({ state }) => state === 'in-process')).toHaveLength(9);
  });

  it('keeps peers apart, and transactionIDs of other case', async () => {
    const { ledger } = get();
    const key = { ...newKey(), transactionID: `${randomUUID()}-a` };
    await ledger.claim(key, 'hash', LEASE_MS);
    const others = [
      { ...key, peer: newKey().peer },
      { ...key, transactionID: key.transactionID.toUpperCase() },
    ];
    for (const other of others) {
      expect(await ledger.claim(other, 'hash', LEASE_MS)).toEqual(MINE);
    }
  });

  it('tells other content apart, whether the transaction is in process or answered', async () => {
    const { ledger } = get();
    const key = newKey();
    const claim = await claimed(ledger, key);
    expect(await ledger.claim(key, 'other hash', LEASE_MS)).toEqual({ state: 'other-content' });
    await ledger.answer(key, claim, 'the answer', KEEP_MS);
    expect(await ledger.claim(key, 'other hash', LEASE_MS)).toEqual({ state: 'other-content' });
  });

  it('lets the next one begin afresh after a release, with any content', async () => {
    const { ledger } = get();
    const key = newKey();
    await ledger.release(key, await claimed(ledger, key));
    expect(await ledger.claim(key, 'other hash', LEASE_MS)).toEqual(MINE);
  });

  it('releases only what is still in process', async () => {
    const { ledger } = get();
    const key = newKey();
    const claim = await claimed(ledger, key);
    expect(await ledger.answer(key, claim, 'the answer', KEEP_MS)).toBe('kept');
    await ledger.release(key, claim);
    expect(await ledger.claim(key, 'hash', LEASE_MS)).toEqual({ state: 'answered', answer: 'the answer' });
  });
}

function answering(get: () => TransactionLedgerSubject): void {
  it('repeats an answer to the letter, for as long as it is kept', async () => {
    const { ledger, letPass } = get();
    const key = newKey();
    const answer = JSON.stringify({ text: 'über "quotes" \u{1F600} \n', nothing: null });
    await ledger.answer(key, await claimed(ledger, key), answer, KEEP_MS);
    await letPass(KEEP_MS - 5_000);
    expect(await ledger.claim(key, 'hash', LEASE_MS)).toEqual({ state: 'answered', answer });
    await letPass(6_000);
    expect(await ledger.claim(key, 'hash', LEASE_MS)).toEqual(MINE);
  });

  it('takes no answer of an owner whose claim had lapsed, once another works on it or has answered', async () => {
    const { ledger, letPass } = get();
    const key = newKey();
    const first = await claimed(ledger, key);
    await letPass(LEASE_MS + 1_000);
    const second = await claimed(ledger, key);
    expect(await ledger.answer(key, first, 'of the first', KEEP_MS)).toBe('lost');
    expect(await ledger.claim(key, 'hash', LEASE_MS)).toEqual({ state: 'in-process' });
    expect(await ledger.answer(key, second, 'of the second', KEEP_MS)).toBe('kept');
    expect(await ledger.answer(key, first, 'of the first', KEEP_MS)).toBe('lost');
    expect(await ledger.claim(key, 'hash', LEASE_MS)).toEqual({ state: 'answered', answer: 'of the second' });
  });

  it('does not let an owner whose claim had lapsed release the claim of the next one', async () => {
    const { ledger, letPass } = get();
    const key = newKey();
    const first = await claimed(ledger, key);
    await letPass(LEASE_MS + 1_000);
    const second = await claimed(ledger, key);
    await ledger.release(key, first);
    expect(await ledger.claim(key, 'hash', LEASE_MS)).toEqual({ state: 'in-process' });
    await ledger.release(key, second);
    expect(await ledger.claim(key, 'hash', LEASE_MS)).toEqual(MINE);
  });

  it('keeps the answer of a holder whose claim had lapsed, when no other process has begun anew since', async () => {
    const { ledger, letPass } = get();
    const key = newKey();
    const claim = await claimed(ledger, key);
    await letPass(LEASE_MS + 1_000);
    expect(await ledger.answer(key, claim, 'late', KEEP_MS)).toBe('kept');
    expect(await ledger.claim(key, 'hash', LEASE_MS)).toEqual({ state: 'answered', answer: 'late' });
  });

  it('takes no answer for content that somebody else claimed in the meantime', async () => {
    const { ledger, letPass } = get();
    const key = newKey();
    const claim = await claimed(ledger, key);
    await letPass(LEASE_MS + 1_000);
    await ledger.claim(key, 'other hash', LEASE_MS);
    expect(await ledger.answer(key, claim, 'late', KEEP_MS)).toBe('lost');
    expect(await ledger.claim(key, 'other hash', LEASE_MS)).toEqual({ state: 'in-process' });
  });
}

function lapsing(get: () => TransactionLedgerSubject): void {
  it('frees a transaction whose holder crashed once its lease is over, and not before', async () => {
    const { ledger, letPass } = get();
    const key = newKey();
    await ledger.claim(key, 'hash', LEASE_MS);
    await letPass(LEASE_MS - 5_000);
    expect(await ledger.claim(key, 'hash', LEASE_MS)).toEqual({ state: 'in-process' });
    await letPass(6_000);
    expect(await ledger.claim(key, 'hash', LEASE_MS)).toEqual(MINE);
  });
}
