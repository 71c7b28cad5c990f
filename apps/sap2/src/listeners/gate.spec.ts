import { describe, expect, it } from '@jest/globals';
import { Gate, GateClosed } from './gate.js';

const never = (): Promise<string> => Promise.reject(new Error('must not run'));

describe('the gate', () => {
  it('lets nothing in before the stores are complete', async () => {
    const gate = new Gate(10);
    expect(await gate.pass(never)).toEqual(new GateClosed('starting'));
    gate.open();
    expect(await gate.pass(async () => 'done')).toBe('done');
    gate.close('rebuilding');
    expect(await gate.pass(never)).toEqual(new GateClosed('rebuilding'));
  });

  it('refuses what exceeds the limit, and is free again after a failure', async () => {
    const gate = new Gate(1);
    gate.open();
    let finish: () => void = () => undefined;
    const first = gate.pass(() => new Promise<void>((resolve) => (finish = resolve)));
    expect(await gate.pass(never)).toEqual(new GateClosed('overloaded'));
    finish();
    await first;
    await expect(gate.pass(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await gate.pass(async () => 'free')).toBe('free');
  });

  it('F12: is not ready before it stops to let in', async () => {
    const gate = new Gate(10);
    gate.open();
    gate.leave();
    expect(gate.unreadyBecause).toBe('leaving');
    expect(await gate.pass(async () => 'done')).toBe('done');
    await gate.drained();
    expect(gate.unreadyBecause).toBe('draining');
    expect(await gate.pass(never)).toEqual(new GateClosed('draining'));
  });

  it('finishes what is in flight when it drains, and never opens again', async () => {
    const gate = new Gate(10);
    gate.open();
    let finish: () => void = () => undefined;
    const work = gate.pass(() => new Promise<string>((resolve) => (finish = () => resolve('answered'))));
    let drained = false;
    const draining = gate.drained().then(() => (drained = true));
    expect(await gate.pass(never)).toEqual(new GateClosed('draining'));
    expect(drained).toBe(false);
    finish();
    expect(await work).toBe('answered');
    await draining;
    gate.open();
    expect(gate.closedBecause).toBe('draining');
  });
});
