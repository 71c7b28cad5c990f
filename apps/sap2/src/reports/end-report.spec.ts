import { describe, expect, it } from '@jest/globals';
import { SessionEnd } from '@sap2/session-core';
import { BOB, SessionWorld, userOf } from '@sap2/test-support';
import { endReport } from './end-report.js';

describe('the report of ends', () => {
  it('counts each end once by its cause, and says in one line how many ended for each peer', async () => {
    const world = new SessionWorld();
    const heard: string[] = [];
    const report = endReport(
      { debug: (name, { cause, count } = {}) => void heard.push(`${name} ${cause} ${count}`) },
      { sessionEnded: (cause) => void heard.push(cause) },
    );
    const end = new SessionEnd(world.live, report);
    const ids = [await world.logIn(), await world.logIn({ user: userOf(BOB) })];
    const by = { reason: undefined, onlyOwnedBy: undefined };
    for (let i = 0; i < 2; i++) await end.announce(world.ledger.end(ids, 'administrator', by));
    expect(heard).toEqual(['administrator', 'administrator', 'sessions_ended administrator 2']);
    expect(await world.ledger.countLive()).toBe(0);
  });
});
