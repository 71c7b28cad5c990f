import { describe, expect, it } from '@jest/globals';
import { ManualTime } from '../../../../../tests/support/fakes/manual-time.js';
import { DueList } from './due-list.js';

const MINUTE = 60_000;

function listOf() {
  const time = new ManualTime();
  const called: string[] = [];
  const list = new DueList<string>(time, (item) => called.push(item));
  return { time, called, list, at: (ms: number) => time.nowMs() + ms };
}

describe('what is due', () => {
  it('is called in its time, the nearest first, with one timer for all', async () => {
    const { time, called, list, at } = listOf();
    list.schedule('late', at(3000));
    list.schedule('soon', at(1000));
    expect(time.pending).toBe(1);
    await time.pass(1250);
    expect(called).toEqual(['soon']);
    await time.pass(2000);
    expect(called).toEqual(['soon', 'late']);
    expect(time.pending).toBe(0);
  });

  it('has one time only: the last one', async () => {
    const { time, called, list, at } = listOf();
    list.schedule('item', at(1000));
    list.schedule('item', at(5000));
    await time.pass(4000);
    expect(called).toEqual([]);
    await time.pass(1250);
    expect(called).toEqual(['item']);
  });

  it('is never early, and within a minute if it was far away', async () => {
    const { time, called, list, at } = listOf();
    list.schedule('far', at(30 * MINUTE + 1));
    await time.pass(30 * MINUTE);
    expect(called).toEqual([]);
    await time.pass(MINUTE);
    expect(called).toEqual(['far']);
  });

  it('may be scheduled again while it is called', async () => {
    const time = new ManualTime();
    let calls = 0;
    const list: DueList<string> = new DueList(time, (item) => {
      calls += 1;
      if (calls < 3) list.schedule(item, time.nowMs() + 1000);
    });
    list.schedule('item', time.nowMs());
    await time.pass(10_000);
    expect(calls).toBe(3);
  });

  it('is not called after it was removed, or after the list was cleared', async () => {
    const { time, called, list, at } = listOf();
    list.schedule('removed', at(1000));
    list.schedule('cleared', at(1000));
    list.remove('removed');
    list.clear();
    await time.pass(MINUTE);
    expect([called, time.pending]).toEqual([[], 0]);
  });
});
