import { describe, expect, it } from '@jest/globals';
import type { SecondLoginPolicy, SessionBirth } from '@sap2/session-core';
import { aSession, clientAt, OTHER_OPERATOR } from '@sap2/test-support';
import { decideOpening, type Predecessor } from './opening.js';

const POLICY: SecondLoginPolicy = { sameClient: 'takeover', sessionsPerUser: 3, overLimit: 'evict-oldest' };
const birth = (url: string, transactionID = 'new'): SessionBirth => ({
  session: aSession({ client: clientAt(url) }),
  transactionID,
  accountVersion: 1,
});
const live = (...urls: string[]): Predecessor[] =>
  urls.map((url, i) => ({
    session: aSession({ client: clientAt(url), startedAtMs: 1_000 - i }),
    transactionID: `t-${url}`,
  }));

describe('a login', () => {
  it('that is asked for again is answered again, even where the policy rejects', () => {
    const [one] = live('a') as [Predecessor];
    const strict = { ...POLICY, sameClient: 'reject', sessionsPerUser: 0, overLimit: 'reject' } as const;
    expect(decideOpening(birth('a', 't-a'), [one], strict)).toEqual({
      kind: 'repeated',
      session: one.session,
    });
  });

  it('is not taken for another one that only shares its transactionID', () => {
    const [one] = live('a') as [Predecessor];
    const ofOther = { ...one, session: { ...one.session, peer: OTHER_OPERATOR } };
    expect(decideOpening(birth('a', 't-a'), [ofOther], POLICY)).toMatchObject({
      kind: 'open',
      replaced: ofOther.session,
    });
    expect(decideOpening(birth('b', 't-a'), [one], POLICY)).toMatchObject({
      kind: 'open',
      replaced: undefined,
    });
  });

  it('evicts the oldest, and of the same age the one with the smallest id', () => {
    const sessions = live('a', 'b', 'c');
    expect(decideOpening(birth('d'), sessions, POLICY)).toMatchObject({ evicted: [sessions[2]!.session] });
    const twins = sessions.map((one) => ({ ...one, session: { ...one.session, startedAtMs: 5 } }));
    const first = twins.map(({ session }) => session).toSorted((a, b) => (a.id < b.id ? -1 : 1))[0];
    expect(decideOpening(birth('d'), twins, POLICY)).toMatchObject({ evicted: [first] });
  });

  it('may both replace one and evict others, when the limit was lowered', () => {
    const sessions = live('a', 'b', 'c');
    expect(decideOpening(birth('b'), sessions, { ...POLICY, sessionsPerUser: 1 })).toMatchObject({
      kind: 'open',
      replaced: sessions[1]!.session,
      evicted: [sessions[2]!.session, sessions[0]!.session],
    });
  });
});
