import { describe, expect, it } from '@jest/globals';
import { DeliveryWorld, OPERATOR } from '@sap2/test-support';
import { newsOf } from './circuit.js';

const LIMITS = { failuresToOpen: 3, longestTrialPauseMs: 15_000 };
const failure = { kind: 'failure', error: 'ECONNREFUSED' } as const;

describe('what an answer says about the line', () => {
  it('opens the circuit with the third failure in a row; trials come after 1, 2, 4 … 15 s', () => {
    const openFor = [0, 1, 2, 3, 4, 5, 6, 60].map((failedBefore) => newsOf(failure, failedBefore, 0, LIMITS));
    expect(openFor.map((news) => news.kind === 'failed' && news.openForMs)).toEqual([
      undefined,
      undefined,
      1_000,
      2_000,
      4_000,
      8_000,
      15_000,
      15_000,
    ]);
  });

  it('takes off up to a quarter, so that peers that went together do not come together', () => {
    expect(newsOf(failure, 2, 0.999, LIMITS)).toMatchObject({ openForMs: expect.closeTo(750, -1) });
  });

  it('opens it at once when there is nowhere to send to', () => {
    expect(newsOf({ kind: 'nowhere-to-send' }, 0, 0, LIMITS)).toMatchObject({ openForMs: 300_000 });
  });

  it('is good with any answer in SSP, and with a receipt in callback mode', () => {
    expect(newsOf({ kind: 'statuses', codes: new Map() }, 9, 0, LIMITS)).toEqual({ kind: 'works' });
    expect(newsOf({ kind: 'receipt' }, 9, 0, LIMITS)).toEqual({ kind: 'works' });
  });
});

describe('a peer that is down', () => {
  const downUntil = (isUp: () => boolean): DeliveryWorld =>
    new DeliveryWorld(undefined, async ({ text }, sap1) =>
      isUp() ? sap1.answer(text) : { kind: 'failure', detail: 'ECONNREFUSED' },
    );

  /** Passes as the queues make them, each as soon as the peer is due. */
  async function passesWithin(world: DeliveryWorld, ms: number): Promise<number> {
    let passes = 0;
    for (let passedMs = 0; passedMs < ms; passedMs += 250) {
      if ((await world.outbox.peersWithDue(1)).length > 0) {
        await world.pass();
        passes += 1;
      }
      world.clock.advance(250);
    }
    return passes;
  }

  it('F7: costs one disconnect at a time: the others are not touched', async () => {
    const world = downUntil(() => false);
    world.owe(5_000);
    expect(await world.pass()).toMatchObject({ circuit: undefined });
    await world.pass();
    expect(await world.pass()).toMatchObject({ circuit: 'opened' });
    const tries = await passesWithin(world, 600_000);
    expect(tries).toBeGreaterThan(600 / 15);
    expect(tries).toBeLessThan(600 / 15 / 0.75 + 8);
    const attempts = world.outbox.outcomes().reduce((sum, row) => sum + row.attempts, 0);
    expect(attempts).toBe(1_500 + tries);
  });

  it('F7: gets all of it at once when it is back, not when the back-off of each is over', async () => {
    let isUp = false;
    const world = downUntil(() => isUp);
    world.owe(1_600);
    await passesWithin(world, 300_000);
    isUp = true;
    while ((await world.outbox.peersWithDue(1)).length === 0) world.clock.advance(250);
    expect(await world.pass()).toMatchObject({ counts: { acknowledged: 1 }, circuit: 'closed' });
    for (let i = 0; i < 4; i++) await world.pass();
    expect((await world.outbox.backlog()).pending).toBe(0);
    const told = world.sap1.transactionIDs();
    expect(new Set(told).size).toBe(1_600);
    const ages = told.slice(1).map((id) => Number(id.slice('d-'.length)));
    expect(ages).toEqual(ages.toSorted((a, b) => a - b));
  });

  it('is tried with another disconnect each time: none of them can block the others', async () => {
    const world = new DeliveryWorld(undefined, async ({ text }, sap1) =>
      text.includes('transactionID="d-1"') ? { kind: 'failure', detail: 'HTTP 500' } : sap1.answer(text),
    );
    world.owe(3);
    while ((await world.outbox.backlog()).pending > 1) await passesWithin(world, 250);
    expect(world.outbox.outcomes().map(({ outcome }) => outcome)).toEqual([
      'pending',
      'acknowledged',
      'acknowledged',
    ]);
  });

  it('is given up on after a day, also what was never tried, and not before', async () => {
    const world = downUntil(() => false);
    world.owe(2_000);
    await passesWithin(world, 60_000);
    const dayMs = 86_400_000;
    expect(await world.outbox.giveUp(dayMs, 500)).toEqual([]);
    world.clock.advance(dayMs);
    expect(await world.outbox.giveUp(dayMs, 500)).toEqual([
      { peer: OPERATOR, count: 500, error: 'unreachable: ECONNREFUSED' },
    ]);
    expect((await world.outbox.backlog()).pending).toBe(1_500);
  });
});
