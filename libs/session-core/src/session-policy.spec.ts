import { describe, expect, it } from '@jest/globals';
import { grantedKeepAliveS, type SessionPolicy } from './session-policy.js';

const POLICY: SessionPolicy = {
  keepAliveMinS: 60,
  keepAliveMaxS: 86_400,
  keepAliveDefaultS: 3_600,
  secondLogin: { sameClient: 'takeover', sessionsPerUser: 8, overLimit: 'evict-oldest' },
};

describe('the keep-alive time that is granted (ssp-binding §4.3)', () => {
  it.each([
    [1, 60],
    [60, 60],
    [3_600, 3_600],
    [86_400, 86_400],
    [1_000_000, 86_400],
  ])('%d is asked for, %d is granted', (asked, granted) => {
    expect(grantedKeepAliveS(asked, POLICY)).toBe(granted);
  });

  it('is less by what is withheld, whole seconds, and never less than the least nor more than was asked for', () => {
    const withheld = (part: number): SessionPolicy => ({ ...POLICY, withheld: () => part });
    expect(grantedKeepAliveS(3_600, withheld(0.1))).toBe(3_240);
    expect(grantedKeepAliveS(1_000_000, withheld(0.05))).toBe(82_080);
    expect(grantedKeepAliveS(61, withheld(0.1))).toBe(60);
    expect(grantedKeepAliveS(101, withheld(0.004))).toBe(101);
  });

  it('is spread by what is drawn each time', () => {
    let draws = 0;
    const policy: SessionPolicy = { ...POLICY, withheld: () => (draws++ % 10) / 100 };
    const granted = Array.from({ length: 20 }, () => grantedKeepAliveS(1_000, policy));
    expect(new Set(granted).size).toBe(10);
    expect(Math.min(...granted)).toBe(910);
    expect(Math.max(...granted)).toBe(1_000);
  });
});
