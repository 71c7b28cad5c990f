import { describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { DocumentOrder } from './document-order.js';

async function inDocumentOrder<T, R>(
  items: readonly T[],
  touches: (item: T) => readonly string[] | 'everybody',
  run: (item: T) => Promise<R>,
): Promise<R[]> {
  const order = new DocumentOrder();
  return Promise.all(items.map((item) => order.run(touches(item), () => run(item))));
}

describe('transactions of one message (ssp-binding §1)', () => {
  it('take effect in document order where they touch the same session, and answer in the order of the requests', async () => {
    const effects: string[] = [];
    const answers = await inDocumentOrder(
      [
        { name: 'slow', keys: ['a'], ms: 30 },
        { name: 'quick', keys: ['a'], ms: 0 },
        { name: 'other', keys: ['b'], ms: 0 },
      ],
      (item) => item.keys,
      async (item) => {
        await pause(item.ms);
        effects.push(item.name);
        return item.name;
      },
    );
    expect(answers).toEqual(['slow', 'quick', 'other']);
    expect(effects).toEqual(['other', 'slow', 'quick']);
  });

  it('wait for one that may touch anybody, which waits for those before it', async () => {
    const effects: string[] = [];
    await inDocumentOrder(
      [
        { name: 'before', keys: ['a'], ms: 30 },
        { name: 'list', keys: 'everybody' as const, ms: 20 },
        { name: 'after', keys: ['b'], ms: 10 },
        { name: 'list again', keys: 'everybody' as const, ms: 0 },
      ],
      (item) => item.keys,
      async (item) => {
        await pause(item.ms);
        effects.push(item.name);
      },
    );
    expect(effects).toEqual(['before', 'list', 'after', 'list again']);
  });

  it('go on after one that failed', async () => {
    const seen: string[] = [];
    const all = inDocumentOrder(
      ['breaks', 'follows'],
      () => ['a'],
      async (name) => {
        seen.push(name);
        if (name === 'breaks') throw new Error('store down');
        return name;
      },
    );
    await expect(all).rejects.toThrow('store down');
    await pause(1);
    expect(seen).toEqual(['breaks', 'follows']);
  });
});
