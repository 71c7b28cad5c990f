import { describe, expect, it } from '@jest/globals';
import { yielded } from './yielded.js';

describe('yielded', () => {
  it('gives each result in turn, and the work waits until the reader took it', async () => {
    const taken: number[] = [];
    const items = yielded<number>(async (give) => {
      for (const item of [1, 2, 3]) {
        await give(item);
        taken.push(item);
      }
    });
    expect(await items.next()).toEqual({ done: false, value: 1 });
    expect(taken).toEqual([]);
    expect(await items.next()).toEqual({ done: false, value: 2 });
    expect(taken).toEqual([1]);
    expect(await items.next()).toEqual({ done: false, value: 3 });
    expect(await items.next()).toEqual({ done: true, value: undefined });
  });

  it('fails as the work does, after what the work gave before', async () => {
    const items = yielded<number>(async (give) => {
      await give(1);
      throw new Error('the database is away');
    });
    expect((await items.next()).value).toBe(1);
    await expect(items.next()).rejects.toThrow('the database is away');
  });

  it('ends the work where the reader stops early', async () => {
    const ended = new Promise<string>((resolve) => {
      const items = yielded<number>(async (give) => {
        await give(1).catch((error: Error) => resolve(error.name));
      });
      void items.next().then(() => items.return(undefined));
    });
    expect(await ended).toBe('ReaderLeft');
  });
});
