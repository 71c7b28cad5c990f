import { describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import type { CrashPoint } from '@sap2/config';
import { crashing, timed } from './watched-ports.js';

class Till {
  readonly #said: string[];
  constructor(said: string[]) {
    this.#said = said;
  }
  async take(amount: number): Promise<number> {
    this.#said.push(`took ${amount}`);
    return amount;
  }
  async close(): Promise<void> {
    this.#said.push('closed');
  }
}

function till(point: CrashPoint | undefined): { readonly said: string[]; readonly port: Till } {
  const said: string[] = [];
  return { said, port: crashing('Till', new Till(said), point, () => said.push('died')) };
}

const at = (moment: 'before' | 'after', call: number): CrashPoint => ({
  port: 'Till',
  operation: 'take',
  moment,
  call,
});

describe('a crash point', () => {
  it('lies before the call that it names, and before no other', async () => {
    const { said, port } = till(at('before', 2));
    for (const amount of [1, 2, 3]) expect(await port.take(amount)).toBe(amount);
    await port.close();
    expect(said).toEqual(['took 1', 'died', 'took 2', 'took 3', 'closed']);
  });

  it('lies after it, when it was done and no caller knows it yet', async () => {
    const { said, port } = till(at('after', 1));
    await port.take(1);
    expect(said).toEqual(['took 1', 'died']);
  });

  it('leaves every other port alone, and all of them when there is none', () => {
    const port = new Till([]);
    expect(crashing('Drawer', port, at('after', 1))).toBe(port);
    expect(crashing('Till', port, undefined)).toBe(port);
  });
});

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
