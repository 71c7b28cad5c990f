import { describe, expect, it } from '@jest/globals';
import { runLoop } from './loop.js';

describe('a loop', () => {
  it('goes on after a failed step, and stops on request', async () => {
    const stop = new AbortController();
    const reported: string[] = [];
    let steps = 0;
    await runLoop(
      {
        name: 'sweeper',
        pauseMs: 1,
        step: async () => {
          steps++;
          if (steps === 1) throw new Error('store down');
          if (steps === 3) stop.abort();
          return steps === 2 ? 'again' : 'rest';
        },
      },
      stop.signal,
      (loop, error) => reported.push(`${loop}: ${(error as Error).message}`),
    );
    expect(steps).toBe(3);
    expect(reported).toEqual(['sweeper: store down']);
  });
});
