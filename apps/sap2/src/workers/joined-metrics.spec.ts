import { describe, expect, it } from '@jest/globals';
import { joinedMetrics } from './joined-metrics.js';

const TEXT = [
  '# HELP sap2_a_total First.',
  '# TYPE sap2_a_total counter',
  'sap2_a_total{peer="wv:@a.example",says="x{y} z"} 3',
  'sap2_a_total 1',
  '',
  '# HELP sap2_b Second.',
  '# TYPE sap2_b gauge',
  'sap2_b 1.5e+3',
  '',
].join('\n');

describe('metrics of several workers', () => {
  it('name the worker of each sample, and keep a metric together', () => {
    expect(
      joinedMetrics(
        new Map([
          ['1', TEXT],
          ['2', TEXT],
        ]),
      ).split('\n'),
    ).toEqual([
      '# HELP sap2_a_total First.',
      '# TYPE sap2_a_total counter',
      'sap2_a_total{worker="1",peer="wv:@a.example",says="x{y} z"} 3',
      'sap2_a_total{worker="1"} 1',
      'sap2_a_total{worker="2",peer="wv:@a.example",says="x{y} z"} 3',
      'sap2_a_total{worker="2"} 1',
      '# HELP sap2_b Second.',
      '# TYPE sap2_b gauge',
      'sap2_b{worker="1"} 1.5e+3',
      'sap2_b{worker="2"} 1.5e+3',
      '',
    ]);
  });

  it('keep a metric apart that has no sample yet', () => {
    const text =
      '# HELP sap2_d Fourth.\n# TYPE sap2_d gauge\n# HELP sap2_e Fifth.\n# TYPE sap2_e gauge\nsap2_e 1\n';
    expect(joinedMetrics(new Map([['1', text]]))).toBe(text.replace('sap2_e 1', 'sap2_e{worker="1"} 1'));
  });

  it('have a metric that only one worker has', () => {
    const only = '# HELP sap2_c Third.\n# TYPE sap2_c gauge\nsap2_c 1\n';
    expect(
      joinedMetrics(
        new Map([
          ['1', ''],
          ['2', only],
        ]),
      ),
    ).toBe('# HELP sap2_c Third.\n# TYPE sap2_c gauge\nsap2_c{worker="2"} 1\n');
  });
});
