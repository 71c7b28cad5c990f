import { describe, expect, it } from '@jest/globals';
import { readConfig } from '@sap2/config';

const read = (text: string) => readConfig({ SAP2_FAULT_INJECTION: text });

describe('SAP2_FAULT_INJECTION', () => {
  it('names a call of a port, the first one if it does not say which', () => {
    const point = { port: 'SessionLedger', operation: 'open', moment: 'after', call: 1 };
    expect(read('SessionLedger.open:after')).toMatchObject({ ok: true, value: { faultInjection: point } });
    expect(read('SessionLedger.open:before:12')).toMatchObject({
      ok: true,
      value: { faultInjection: { ...point, moment: 'before', call: 12 } },
    });
    expect(readConfig({})).toMatchObject({ ok: true, value: { faultInjection: undefined } });
  });

  it.each([
    'yes',
    'SessionLedger.open',
    'SessionLedger.open:during',
    'SessionLedger.open:after:0',
    'a.b:after',
  ])('%s is refused', (text) => {
    expect(read(text)).toMatchObject({ ok: false, error: [{ variable: 'SAP2_FAULT_INJECTION' }] });
  });
});
