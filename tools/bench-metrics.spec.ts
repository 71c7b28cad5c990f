import { expect, it } from '@jest/globals';
import { costOfMeasuring } from './bench-metrics.js';

it('the benchmark of the metrics compares counting with doing nothing', () => {
  const { observedNs, baselineNs } = costOfMeasuring(2_000, 3);
  expect(baselineNs).toBeGreaterThan(0);
  expect(observedNs).toBeGreaterThan(0);
});
