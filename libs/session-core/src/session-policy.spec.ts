import { describe, expect, it } from '@jest/globals';
import type { UserSessionID } from './ids.js';
import { grantedKeepAliveS, type SessionPolicy } from './session-policy.js';

const POLICY: SessionPolicy = {
  keepAliveMinS: 60,
  keepAliveMaxS: 86_400,
  keepAliveDefaultS: 3_600,
  secondLogin: { sameClient: 'takeover', sessionsPerUser: 8, overLimit: 'evict-oldest' },
};

const ONE = 'one' as UserSessionID;

describe('the keep-alive time that is granted (ssp-binding §4.3)', () => {
  it.each([
    [1, 60],
    [60, 60],
    [3_600, 3_600],
    [86_400, 86_400],
    [1_000_000, 86_400],
  ])('%d is asked for, %d is granted', (asked, granted) => {
    expect(grantedKeepAliveS(asked, POLICY, ONE)).toBe(granted);
  });

  it('is less by what is withheld, whole seconds, and never less than the least nor more than was asked for', () => {
    const withheld = (part: number): SessionPolicy => ({ ...POLICY, withheld: () => part });
    expect(grantedKeepAliveS(3_600, withheld(0.1), ONE)).toBe(3_240);
    expect(grantedKeepAliveS(1_000_000, withheld(0.05), ONE)).toBe(82_080);
    expect(grantedKeepAliveS(61, withheld(0.1), ONE)).toBe(60);
    expect(grantedKeepAliveS(101, withheld(0.004), ONE)).toBe(101);
  });

  it('is spread over the sessions, and the same whenever one of them asks again', () => {
    const policy: SessionPolicy = { ...POLICY, withheld: (id) => Number(id) / 100 };
    const all = Array.from({ length: 10 }, (_, number) => String(number) as UserSessionID);
    const granted = () => all.map((id) => grantedKeepAliveS(1_000, policy, id));
    expect(granted()).toEqual([1_000, 990, 980, 970, 960, 950, 940, 930, 920, 910]);
    expect(granted()).toEqual(granted());
  });
});
