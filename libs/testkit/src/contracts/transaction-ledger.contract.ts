import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { TransactionKey, TransactionLedger } from '@sap2/peer-link';
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
      expect(await ledger.claim(other, 'hash', LEASE_MS)).toEqual({ state: 'mine' });
    }
  });

  it('tells other content apart, whether the transaction is in process or answered', async () => {
    const { ledger } = get();
    const key = newKey();
    await ledger.claim(key, 'hash', LEASE_MS);
    expect(await ledger.claim(key, 'other hash', LEASE_MS)).toEqual({ state: 'other-content' });
    await ledger.answer(key, 'hash', 'the answer', KEEP_MS);
    expect(await ledger.claim(key, 'other hash', LEASE_MS)).toEqual({ state: 'other-content' });
  });

  it('lets the next one begin afresh after a release, with any content', async () => {
    const { ledger } = get();
    const key = newKey();
    await ledger.claim(key, 'hash', LEASE_MS);
    await ledger.release(key, 'hash');
    expect(await ledger.claim(key, 'other hash', LEASE_MS)).toEqual({ state: 'mine' });
  });

  it('releases only what is still in process, with the same content', async () => {
    const { ledger } = get();
    const key = newKey();
    await ledger.claim(key, 'hash', LEASE_MS);
    await ledger.release(key, 'other hash');
    expect(await ledger.claim(key, 'hash', LEASE_MS)).toEqual({ state: 'in-process' });
    await ledger.answer(key, 'hash', 'the answer', KEEP_MS);
    await ledger.release(key, 'hash');
    expect(await ledger.claim(key, 'hash', LEASE_MS)).toEqual({ state: 'answered', answer: 'the answer' });
  });
}

function answering(get: () => TransactionLedgerSubject): void {
  it('repeats an answer to the letter, for as long as it is kept', async () => {
    const { ledger, letPass } = get();
    const key = newKey();
    const answer = JSON.stringify({ text: 'über "quotes" \u{1F600} \n', nothing: null });
    await ledger.claim(key, 'hash', LEASE_MS);
    await ledger.answer(key, 'hash', answer, KEEP_MS);
    await letPass(KEEP_MS - 5_000);
    expect(await ledger.claim(key, 'hash', LEASE_MS)).toEqual({ state: 'answered', answer });
    await letPass(6_000);
    expect(await ledger.claim(key, 'hash', LEASE_MS)).toEqual({ state: 'mine' });
  });

  it('keeps the first answer when a holder whose claim had lapsed comes late with another', async () => {
    const { ledger, letPass } = get();
    const key = newKey();
    await ledger.claim(key, 'hash', LEASE_MS);
    await letPass(LEASE_MS + 1_000);
    await ledger.claim(key, 'hash', LEASE_MS);
    await ledger.answer(key, 'hash', 'first', KEEP_MS);
    await ledger.answer(key, 'hash', 'second', KEEP_MS);
    expect(await ledger.claim(key, 'hash', LEASE_MS)).toEqual({ state: 'answered', answer: 'first' });
  });

  it('keeps the answer of a holder whose claim had lapsed, when nobody has begun anew since', async () => {
    const { ledger, letPass } = get();
    const key = newKey();
    await ledger.claim(key, 'hash', LEASE_MS);
    await letPass(LEASE_MS + 1_000);
    await ledger.answer(key, 'hash', 'late', KEEP_MS);
    expect(await ledger.claim(key, 'hash', LEASE_MS)).toEqual({ state: 'answered', answer: 'late' });
  });

  it('takes no answer for content that somebody else claimed in the meantime', async () => {
    const { ledger, letPass } = get();
    const key = newKey();
    await ledger.claim(key, 'hash', LEASE_MS);
    await letPass(LEASE_MS + 1_000);
    await ledger.claim(key, 'other hash', LEASE_MS);
    await ledger.answer(key, 'hash', 'late', KEEP_MS);
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
    expect(await ledger.claim(key, 'hash', LEASE_MS)).toEqual({ state: 'mine' });
  });
}
