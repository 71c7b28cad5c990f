import { describe, expect, it } from '@jest/globals';
import { LineAMinute } from './line-a-minute.js';

describe('a line a minute', () => {
  it('is said at once, and then with what happened meanwhile', () => {
    let nowMs = 0;
    const lines = new LineAMinute(() => nowMs);
    const counts: number[] = [];
    const happened = (): void => lines.happened('knock', (count) => counts.push(count));
    for (let i = 0; i < 5; i++) happened();
    expect(counts).toEqual([1]);
    nowMs = 60_000;
    happened();
    expect(counts).toEqual([1, 5]);
  });

  it('keeps its names apart, and forgets the oldest of very many', () => {
    const lines = new LineAMinute(() => 0);
    const said: string[] = [];
    const happened = (name: string): void => lines.happened(name, () => said.push(name));
    happened('first');
    for (let i = 0; i < 1_000; i++) happened(`name ${i}`);
    happened('first');
    expect(said.filter((name) => name === 'first')).toHaveLength(2);
  });
});
