import { describe, expect, it } from '@jest/globals';
import { Repetition } from '@sap2/peer-link';
import { FakeTransactionLedger, ManualClock } from '@sap2/test-support';
import { bareStatus } from '../status-table.js';
import { aRoute, LOGIN, readTransaction } from '../steps.fixture.js';
import { repeat } from './repeat.step.js';

function repeating() {
  const ledger = new FakeTransactionLedger(new ManualClock());
  const step = repeat({ repetition: new Repetition(ledger, Buffer.from('key'), () => Promise.resolve()) });
  let done = 0;
  const ask = (repetition: 'stored-answer' | 'executed-again', transactionID: string) =>
    step(readTransaction(aRoute('login', { repetition }), { transactionID, primitive: LOGIN }), () => {
      done += 1;
      return Promise.resolve(bareStatus(200, `Done ${done} times.`));
    });
  return { ask, times: () => done };
}

describe('a transaction that is repeated', () => {
  it('is answered as before and done once, where its primitive says so', async () => {
    const { ask, times } = repeating();
    const answers = [await ask('stored-answer', 'one'), await ask('stored-answer', 'one')];
    expect(answers.map(({ status }) => status.description)).toEqual(['Done 1 times.', 'Done 1 times.']);
    expect(times()).toBe(1);
    await ask('stored-answer', 'two');
    expect(times()).toBe(2);
  });

  it('is done again where that does no harm', async () => {
    const { ask, times } = repeating();
    for (let i = 0; i < 2; i++) await ask('executed-again', 'one');
    expect(times()).toBe(2);
  });
});
