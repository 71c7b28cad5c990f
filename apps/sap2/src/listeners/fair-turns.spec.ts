import { describe, expect, it } from '@jest/globals';
import { FairTurns } from './fair-turns.js';

const PATIENT = { ofOwner: 100, longestMs: 300_000 };
const refuse = (): string => 'refused';

/** Work that records its begin, and ends when the test says so. */
function workshop(turns: FairTurns) {
  const begun: string[] = [];
  const finish: (() => void)[] = [];
  const bring = (owner: string, name: string): Promise<string> =>
    turns.run(
      owner,
      async () => {
        begun.push(name);
        await new Promise<void>((resolve) => finish.push(resolve));
        return name;
      },
      refuse,
    );
  const step = async (): Promise<void> => {
    finish.shift()?.();
    await new Promise<void>((resolve) => setImmediate(resolve));
  };
  return { begun, bring, step };
}

describe('turns', () => {
  it('are so many at once, and end with what the work gave', async () => {
    const { begun, bring, step } = workshop(new FairTurns(2, PATIENT));
    const all = ['a', 'b', 'c'].map((name) => bring('one', name));
    await step();
    expect(begun).toEqual(['a', 'b', 'c']);
    await step();
    await step();
    expect(await Promise.all(all)).toEqual(['a', 'b', 'c']);
  });

  it('go round the owners: one with much work does not hold up one with little', async () => {
    const { begun, bring, step } = workshop(new FairTurns(1, PATIENT));
    const work = [
      ...Array.from({ length: 4 }, (_, i) => bring('noisy', `noisy ${i}`)),
      bring('quiet', 'quiet 0'),
      bring('third', 'third 0'),
      bring('quiet', 'quiet 1'),
    ];
    for (let i = 0; i < work.length; i++) await step();
    expect(begun).toEqual(['noisy 0', 'noisy 1', 'quiet 0', 'third 0', 'noisy 2', 'quiet 1', 'noisy 3']);
    await Promise.all(work);
  });

  it('are handed on by work that fails', async () => {
    const turns = new FairTurns(1, PATIENT);
    const failing = turns.run('one', () => Promise.reject(new Error('broken')), refuse);
    const next = turns.run('one', () => Promise.resolve('done'), refuse);
    await expect(failing).rejects.toThrow('broken');
    expect(await next).toBe('done');
    expect(await turns.run('two', () => Promise.resolve('free'), refuse)).toBe('free');
  });

  it('are refused to an owner whose line is full, and to no other', async () => {
    const turns = new FairTurns(1, { ...PATIENT, ofOwner: 2 });
    const { begun, bring, step } = workshop(turns);
    const noisy = Array.from({ length: 5 }, (_, i) => bring('noisy', `noisy ${i}`));
    const quiet = bring('quiet', 'quiet');
    expect(await Promise.all(noisy.slice(3))).toEqual(['refused', 'refused']);
    expect(turns.waiting).toBe(3);
    for (let i = 0; i < 4; i++) await step();
    expect(begun).toEqual(['noisy 0', 'noisy 1', 'quiet', 'noisy 2']);
    expect([await quiet, turns.waiting]).toEqual(['quiet', 0]);
  });

  it('are refused to a task that waited too long, which then never begins', async () => {
    const turns = new FairTurns(1, { ...PATIENT, longestMs: 1 });
    const { begun, bring, step } = workshop(turns);
    const first = bring('one', 'first');
    expect(await Promise.all([bring('one', 'second'), bring('two', 'third')])).toEqual([
      'refused',
      'refused',
    ]);
    expect(turns.waiting).toBe(0);
    await step();
    expect(await first).toBe('first');
    const later = bring('one', 'later');
    await step();
    expect([await later, begun]).toEqual(['later', ['first', 'later']]);
  });
});
