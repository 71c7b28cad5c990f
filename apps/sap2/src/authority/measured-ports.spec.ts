import { describe, expect, it } from '@jest/globals';
import { createEventLog, type Measures } from '@sap2/observability';
import { type SecondLoginPolicy, SessionEnd, type UserSession } from '@sap2/session-core';
import {
  ALICE,
  aSession,
  FakeAccounts,
  FakeLiveSessions,
  FakeSessionLedger,
  ManualClock,
  TABLET,
} from '@sap2/test-support';
import { endReport, measuredLedger } from './measured-ports.js';

const SILENT = createEventLog({ level: 'error', output: { write: () => undefined } });
const POLICY: SecondLoginPolicy = { sameClient: 'takeover', sessionsPerUser: 1, overLimit: 'evict-oldest' };

/** Says what it was told. */
function listening() {
  const heard: string[] = [];
  const measures: Measures = {
    request: () => heard.push('request'),
    refusal: () => heard.push('refusal'),
    setUp: () => heard.push('set-up'),
    turnedAway: () => heard.push('turned away'),
    credentialCheck: () => heard.push('check'),
    disconnects: (peer, result, count) => heard.push(`${count} ${result} ${peer}`),
    sessionOpened: () => heard.push('opened'),
    sessionEnded: (cause) => heard.push(cause),
    adminRequest: () => heard.push('administrator'),
    auditAnchor: () => heard.push('anchor'),
    storeCalls: () => () => heard.push('store'),
  };
  return { heard, measures };
}

describe('the ledger', () => {
  it('counts each birth once, and the one end counts each end by its cause', async () => {
    const accounts = new FakeAccounts();
    accounts.add(ALICE, 'secret');
    const { heard, measures } = listening();
    const clock = new ManualClock();
    const ledger = measuredLedger(new FakeSessionLedger(clock, accounts), measures);
    const end = new SessionEnd(new FakeLiveSessions(clock), endReport(SILENT, measures));
    const open = (session: UserSession, transactionID: string) =>
      end.announce(ledger.open({ session, transactionID, accountVersion: 1 }, POLICY));
    await open(aSession(), 'first');
    const second = aSession();
    await open(second, 'second');
    await open(second, 'second');
    const third = aSession({ client: TABLET });
    await open(third, 'third');
    const by = { reason: undefined, onlyOwnedBy: undefined };
    await end.announce(ledger.end([second.id, third.id], 'administrator', by));
    await end.announce(ledger.end([third.id], 'administrator', by));
    expect(heard).toEqual(['opened', 'opened', 'replaced', 'opened', 'evicted', 'administrator']);
    expect(await ledger.countLive()).toBe(0);
  });
});
