import { expect, it } from '@jest/globals';
import type { EventLog } from '@sap2/observability';
import { LiveStoreUnavailableError, type ReconcileOutcome } from '@sap2/session-core';
import { ManualClock } from '@sap2/test-support';
import { reconcileLoop } from './reconcile.loop.js';

const silent: EventLog = { event: () => {}, warn: () => {}, error: () => {}, debug: () => {} };

it('the reconciliation looks back to its last run that succeeded, and a minute further', async () => {
  const clock = new ManualClock();
  const asked: number[] = [];
  let isAway = false;
  const execute = async ({ withinS }: { readonly withinS: number }): Promise<ReconcileOutcome> => {
    if (isAway) throw new LiveStoreUnavailableError('away');
    asked.push(withinS);
    return { restored: 0, endsRepeated: 0 };
  };
  const loop = reconcileLoop({ execute }, 30_000, clock, silent);
  const signal = new AbortController().signal;
  await loop.step(signal);
  clock.advance(30_000);
  await loop.step(signal);
  isAway = true;
  clock.advance(1_800_000);
  await expect(loop.step(signal)).rejects.toBeInstanceOf(LiveStoreUnavailableError);
  isAway = false;
  clock.advance(1_800_000);
  await loop.step(signal);
  expect(asked).toEqual([7_260, 90, 3_660]);
});
