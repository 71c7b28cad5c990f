import { describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { timed } from './timed-ports.js';

class Store {
  private held = 7;
  readonly word = 'here';
  now(): number {
    return this.held;
  }
  async keep(count: number): Promise<number> {
    await pause(20);
    this.held += count;
    return this.held;
  }
  fail(): Promise<never> {
    return Promise.reject(new Error('the store is away'));
  }
}

function timedStore() {
  const durationsMs: number[] = [];
  return { store: timed(new Store(), (durationMs) => durationsMs.push(durationMs)), durationsMs };
}

describe('a timed port', () => {
  it('answers as the port does, and tells how long a call took', async () => {
    const { store, durationsMs } = timedStore();
    expect(await store.keep(1)).toBe(8);
    expect(durationsMs).toEqual([expect.any(Number)]);
    expect(durationsMs[0]).toBeGreaterThan(10);
  });

  it('counts a call that fails, and the failure stays that of the port', async () => {
    const { store, durationsMs } = timedStore();
    await expect(store.fail()).rejects.toThrow('the store is away');
    expect(durationsMs).toHaveLength(1);
  });

  it('does not count what is answered from memory', () => {
    const { store, durationsMs } = timedStore();
    expect([store.now(), store.word]).toEqual([7, 'here']);
    expect(durationsMs).toEqual([]);
  });
});
