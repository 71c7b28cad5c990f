import { describe, expect, it } from '@jest/globals';
import { bareStatus } from '../status-table.js';
import { agreementWith, aRoute, held, readTransaction, settled } from '../steps.fixture.js';
import { takeTurn } from './take-turn.step.js';

const OK = bareStatus(200, 'OK');

describe('logins', () => {
  it('are under way 16 at once, and the peers whose logins wait take turns', async () => {
    const step = takeTurn();
    const begun: string[] = [];
    const { release, work } = held(OK);
    const logIn = (peer: string) =>
      step(readTransaction(aRoute('login'), { agreement: agreementWith(peer) }), () => {
        begun.push(peer);
        return work();
      });
    const all = Array.from({ length: 20 }, () => logIn('noisy'));
    all.push(logIn('quiet'));
    await settled();
    expect(begun).toEqual(Array.from({ length: 16 }, () => 'noisy'));
    release();
    await Promise.all(all);
    expect(begun.slice(16, 18)).toEqual(['noisy', 'quiet']);
  });
});

describe('everything else', () => {
  it('waits for no login', async () => {
    const step = takeTurn();
    const { release, work } = held(OK);
    const logins = Array.from({ length: 20 }, () => step(readTransaction(aRoute('login')), work));
    for (const urgency of ['keep-alive', 'logout'] as const) {
      expect(await step(readTransaction(aRoute(urgency)), () => Promise.resolve(OK))).toBe(OK);
    }
    release();
    await Promise.all(logins);
  });
});
