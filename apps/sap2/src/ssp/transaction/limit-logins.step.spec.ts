import { describe, expect, it } from '@jest/globals';
import { Gate } from '../../listeners/gate.js';
import { bareStatus } from '../status-table.js';
import { agreementWith, aRoute, held, listening, readTransaction } from '../steps.fixture.js';
import { limitLogins } from './limit-logins.step.js';

const OK = bareStatus(200, 'OK');

function limiting(maxInFlight = 100) {
  const { heard, measures } = listening();
  const gate = new Gate(maxInFlight);
  gate.open();
  const step = limitLogins({ gate, usualLimits: { loginsPerSecond: undefined }, measures });
  const ask = (peer: string, loginsPerSecond?: number, urgency: 'login' | 'logout' = 'login') =>
    step(readTransaction(aRoute(urgency), { agreement: agreementWith(peer, { loginsPerSecond }) }), () =>
      Promise.resolve(OK),
    );
  return { gate, ask, heard };
}

describe('one peer', () => {
  it('has so many logins a second, each beyond them being refused for itself: 503 and when to come again', async () => {
    const { ask, heard } = limiting();
    const answers = [];
    for (let i = 0; i < 3; i++) answers.push(await ask('eager', 2));
    expect(answers.slice(0, 2)).toEqual([OK, OK]);
    expect(answers[2]?.status).toMatchObject({ code: 503, tryAgainTimeoutS: 1 });
    expect(heard).toEqual(['eager logins-per-second']);
    expect([await ask('eager', 2, 'logout'), await ask('other', 2)]).toEqual([OK, OK]);
  });

  it('has another rate at once when its agreement changes', async () => {
    const { ask } = limiting();
    const isRefused = async (loginsPerSecond: number | undefined): Promise<boolean> =>
      (await ask('eager', loginsPerSecond)) !== OK;
    expect([await isRefused(1), await isRefused(1)]).toEqual([false, true]);
    expect([await isRefused(2), await isRefused(undefined), await isRefused(undefined)]).toEqual([
      false,
      false,
      false,
    ]);
  });
});

describe('an overloaded service', () => {
  it('refuses the logins of a message that was let in, and nothing else of it', async () => {
    const { gate, ask, heard } = limiting(10);
    const { release, work } = held(OK);
    const all = Array.from({ length: 8 }, () => gate.pass(work));
    expect((await ask('peer')).status).toMatchObject({ code: 503, tryAgainTimeoutS: 5 });
    expect(await ask('peer', undefined, 'logout')).toBe(OK);
    expect(heard).toEqual(['peer overloaded']);
    release();
    await Promise.all(all);
    expect(await ask('peer')).toBe(OK);
  });
});
