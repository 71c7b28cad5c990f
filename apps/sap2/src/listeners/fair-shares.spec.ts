import { describe, expect, it } from '@jest/globals';
import { FairShares, type Speaker } from './fair-shares.js';

const A = { peer: 'wv:@a.example' };
const B = { peer: 'wv:@b.example' };
const stranger = (address: string): Speaker => ({ address });

const flood = (shares: FairShares, speaker: Speaker): number => {
  let taken = 0;
  while (shares.take(speaker)) taken += 1;
  return taken;
};

describe('the share of a speaker', () => {
  it('leaves as much as it takes: the next one always finds places', () => {
    const shares = new FairShares(1_000);
    expect(flood(shares, A)).toBe(500);
    expect(flood(shares, B)).toBe(333);
    expect(shares.take(A)).toBe(false);
  });

  it('may be exceeded while a whole share stays free', () => {
    const shares = new FairShares(900);
    expect(shares.take(B)).toBe(true);
    expect(flood(shares, A)).toBe(599);
    expect(flood(shares, B)).toBe(210);
  });

  it('leaves a reserve to newcomers, however many floods came before', () => {
    const shares = new FairShares(100);
    const floods = ['first', 'second', 'third', 'fourth'].map((peer) => flood(shares, { peer }));
    expect(floods).toEqual([50, 33, 7, 1]);
    for (let i = 0; i < 9; i++) expect(shares.take({ peer: `newcomer ${i}` })).toBe(true);
    expect(shares.take({ peer: 'one too many' })).toBe(false);
  });

  it('leaves a reserve to newcomers among strangers', () => {
    const shares = new FairShares(1_000);
    expect(flood(shares, stranger('192.0.2.0'))).toBe(450);
    for (let i = 1; i <= 50; i++) expect(shares.take(stranger(`192.0.2.${i}`))).toBe(true);
    expect(shares.take(stranger('198.51.100.1'))).toBe(false);
    expect(shares.take(A)).toBe(true);
  });

  it('is one place for the first speaker, where there is one place', () => {
    const shares = new FairShares(1);
    expect(flood(shares, stranger('192.0.2.1'))).toBe(1);
    expect(shares.take(A)).toBe(false);
  });

  it('is one for all strangers together, divided by their addresses', () => {
    const shares = new FairShares(1_000);
    let taken = 0;
    for (let i = 0; i < 300; i++) taken += flood(shares, stranger(`192.0.2.${i}`));
    expect(taken).toBe(500);
    expect(flood(shares, A)).toBe(333);
  });

  it('of one address leaves some to the next address', () => {
    const shares = new FairShares(1_000);
    expect(shares.take(stranger('192.0.2.1'))).toBe(true);
    expect(shares.take(stranger('192.0.2.2'))).toBe(true);
    expect(flood(shares, stranger('192.0.2.1'))).toBe(165);
    expect(shares.take(stranger('192.0.2.3'))).toBe(true);
  });

  it('is free again when it was given back', () => {
    const shares = new FairShares(2);
    expect(shares.take(A)).toBe(true);
    expect(shares.take(A)).toBe(false);
    shares.giveBack(A);
    expect(shares.take(A)).toBe(true);
  });
});
