import { describe, expect, it } from '@jest/globals';
import { HeldLines, LineAMinute } from './line-a-minute.js';

const MINUTE_MS = 60_000;

/** Lines, and a clock that goes on when the test says so. */
function linesOf() {
  let nowMs = 0;
  let timers: { readonly dueMs: number; readonly act: () => void }[] = [];
  let mostTimers = 0;
  const leftOut: number[] = [];
  const lines = new LineAMinute((count) => leftOut.push(count), {
    nowMs: () => nowMs,
    later: (act, delayMs) => {
      timers.push({ dueMs: nowMs + delayMs, act });
      mostTimers = Math.max(mostTimers, timers.length);
    },
  });
  const goOn = (byMs: number): void => {
    nowMs += byMs;
    const due = timers.filter(({ dueMs }) => dueMs <= nowMs);
    timers = timers.filter(({ dueMs }) => dueMs > nowMs);
    for (const { act } of due) act();
  };
  return { lines, leftOut, goOn, timers: () => timers.length, mostTimers: () => mostTimers };
}

describe('a line a minute', () => {
  it('is said at once, and once more when the minute is over with what happened meanwhile', () => {
    const { lines, goOn, timers } = linesOf();
    const counts: number[] = [];
    const happened = (): void => lines.happened('knock', (count) => counts.push(count));
    for (let i = 0; i < 5; i++) happened();
    expect(counts).toEqual([1]);
    goOn(MINUTE_MS);
    expect(counts).toEqual([1, 4]);
    happened();
    expect(counts).toEqual([1, 4]);
    goOn(MINUTE_MS);
    expect(counts).toEqual([1, 4, 1]);
    goOn(MINUTE_MS);
    expect(timers()).toBe(0);
    happened();
    expect(counts).toEqual([1, 4, 1, 1]);
  });

  it('keeps its names apart, with one timer for all of them', () => {
    const { lines, goOn, mostTimers } = linesOf();
    const said: [string, number][] = [];
    for (let i = 0; i < 30; i++) {
      const name = `name ${i % 10}`;
      lines.happened(name, (count) => said.push([name, count]));
    }
    expect(said).toHaveLength(10);
    goOn(MINUTE_MS);
    expect(said.slice(10)).toEqual(Array.from({ length: 10 }, (_, i) => [`name ${i}`, 2]));
    expect(mostTimers()).toBe(1);
  });

  it('has 60 lines a minute for all names, and says the others in the next minutes', () => {
    const { lines, goOn } = linesOf();
    const said: string[] = [];
    for (let i = 0; i < 150; i++) lines.happened(`name ${i}`, () => said.push(`name ${i}`));
    expect(said).toHaveLength(60);
    goOn(MINUTE_MS);
    expect(said).toHaveLength(120);
    goOn(MINUTE_MS);
    expect(new Set(said).size).toBe(150);
  });

  it('remembers only so many names, and says how often others came', () => {
    const { lines, leftOut, goOn } = linesOf();
    const sum = { said: 0 };
    for (let i = 0; i < 5_000; i++) lines.happened(`name ${i}`, (count) => (sum.said += count));
    expect(sum.said).toBe(60);
    for (let minutes = 0; minutes < 20; minutes++) goOn(MINUTE_MS);
    expect(leftOut).toEqual([4_000]);
    expect(sum.said).toBe(1_000);
  });

  it('says at the end of the process what it has only counted, each count once', () => {
    const { lines, leftOut, goOn } = linesOf();
    const said: [string, number][] = [];
    const happened = (name: string): void => lines.happened(name, (count) => said.push([name, count]));
    for (let i = 0; i < 3; i++) happened('knock');
    happened('ring');
    lines.sayRest();
    expect(said).toEqual([
      ['knock', 1],
      ['ring', 1],
      ['knock', 2],
    ]);
    lines.sayRest();
    goOn(MINUTE_MS);
    expect(said).toHaveLength(3);
    expect(leftOut).toEqual([]);
  });

  it('has 60 lines at the end, too, and one more for all others', () => {
    const { lines, leftOut } = linesOf();
    const sum = { said: 0, lines: 0 };
    const say = (count: number): void =>
      void Object.assign(sum, { said: sum.said + count, lines: sum.lines + 1 });
    for (let i = 0; i < 5_000; i++) lines.happened(`name ${i}`, say);
    lines.sayRest();
    expect(sum).toEqual({ said: 120, lines: 120 });
    expect(leftOut).toEqual([4_880]);
  });
});

describe('the lines that a process holds back', () => {
  it('have a minute for each kind of event, and all are said at the end', () => {
    const heard: unknown[] = [];
    const held = new HeldLines({ warn: (name, fields) => heard.push([name, fields?.count]) });
    const [calls, knocks] = [held.ofOneKind(), held.ofOneKind()];
    for (const count of [1, 2]) {
      calls.happened('a name', (times) => heard.push(['call', times]));
      knocks.happened('a name', (times) => heard.push(['knock', times]));
      expect(heard).toHaveLength(2);
      if (count === 2) held.sayRest();
    }
    expect(heard.slice(2)).toEqual([
      ['call', 1],
      ['knock', 1],
    ]);
  });
});
