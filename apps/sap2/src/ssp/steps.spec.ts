import { describe, expect, it } from '@jest/globals';
import { first, type Step } from './steps.js';

describe('a list of steps', () => {
  const walked: string[] = [];
  const passing =
    (name: string): Step<string, string, string> =>
    async (context, next) => {
      walked.push(`${name} down`);
      const answer = await next(`${context}${name}`);
      walked.push(`${name} back`);
      return `${name}${answer}`;
    };

  it('is walked down once and back once, in its order', async () => {
    walked.length = 0;
    const run = first(passing('a'))
      .next(passing('b'))
      .last((context) => Promise.resolve(`:${context}`));
    expect(await run('>')).toBe('ab:>ab');
    expect(walked).toEqual(['a down', 'b down', 'b back', 'a back']);
  });

  it('ends at a step that answers itself', async () => {
    walked.length = 0;
    const run = first(passing('a'))
      .next<string, string>(() => Promise.resolve('enough'))
      .next(passing('c'))
      .last(() => Promise.reject(new Error('not reached')));
    expect(await run('')).toBe('aenough');
    expect(walked).toEqual(['a down', 'a back']);
  });

  it('may hand on another context than it was given, and answer with another type', async () => {
    const counting: Step<string, number, string, readonly string[]> = async (text, next) => [
      await next(text.length),
    ];
    const run = first(counting).last((length) => Promise.resolve(String(length)));
    expect(await run('four')).toEqual(['4']);
  });
});
