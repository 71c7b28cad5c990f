import { describe, expect, it } from '@jest/globals';
import { PEER_SERVICE } from '@sap2/test-support';
import { listening, ofSession, request, statusAnswer } from '../steps.fixture.js';
import { hearAnswers } from './hear-answers.step.js';
import { nothing, type Served } from './message.js';

const SERVED: Served = { message: undefined, handedOver: nothing };

/** An outbox with disconnects under these transactions. */
function hearing(...waiting: readonly string[]) {
  const { heard, log, measures } = listening();
  const outbox = {
    settleByTransaction: (peer: string, transactionID: string, { result }: { result: string }) => {
      heard.push(`${peer} ${transactionID} ${result}`);
      return Promise.resolve(waiting.includes(transactionID) ? ('supported' as const) : undefined);
    },
    setSupport: () => Promise.resolve(),
  };
  return { step: hearAnswers({ outbox, log, measures }), heard };
}

describe('answers of a peer to disconnects', () => {
  it('settle them before its requests are looked at', async () => {
    const { step, heard } = hearing('one', 'two');
    const message = ofSession([statusAnswer('one', 200), request('own'), statusAnswer('two', 604)]);
    const served = await step(message, (same) => {
      expect(same).toBe(message);
      heard.push('requests');
      return Promise.resolve(SERVED);
    });
    expect(served).toBe(SERVED);
    expect(heard).toEqual([
      `${PEER_SERVICE} one acknowledged`,
      `${PEER_SERVICE} two unknown-there`,
      `event disconnects_delivered ${PEER_SERVICE}`,
      `${PEER_SERVICE} delivered 2`,
      'requests',
    ]);
  });

  it('change nothing when we wait for no such answer', async () => {
    const { step, heard } = hearing();
    await step(ofSession([statusAnswer('other', 200)]), () => Promise.resolve(SERVED));
    expect(heard).toEqual([`${PEER_SERVICE} other acknowledged`]);
  });
});
