import { describe, expect, it } from '@jest/globals';
import { Positions } from './positions.js';

const positions = new Positions(new Uint8Array(32).fill(1));
const NUMBERS = [0n, 1n, 31n, 32n, 255n, 256n, 1_796_000_000n << 30n, (1_796_000_000n << 30n) + 1n];

describe('positions', () => {
  it('are read as they were written, and sort as text in the order of the events', () => {
    const texts = NUMBERS.map((number) => positions.textOf(number));
    expect(texts.map((text) => positions.read(text))).toEqual(NUMBERS);
    expect(texts.toSorted()).toEqual(texts);
    expect(new Set(texts.map(({ length }) => length))).toEqual(new Set([20]));
  });

  it('that the service never gave are not read: of another installation, changed, or of another form', () => {
    const text = positions.textOf(12_345n);
    expect(new Positions(new Uint8Array(32).fill(2)).read(text)).toBeUndefined();
    expect(positions.read(`1${text.slice(1)}`)).toBeUndefined();
    for (const other of ['', 'latest', '12345', text.toLowerCase().replace(/\d/g, 'z'), `${text}0`]) {
      expect(positions.read(other)).toBeUndefined();
    }
  });
});
