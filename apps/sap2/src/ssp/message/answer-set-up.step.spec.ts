import { describe, expect, it } from '@jest/globals';
import { ARRIVAL, notReached, ofSession, ofSetUp, request, setUpMessage } from '../steps.fixture.js';
import { answerSetUp } from './answer-set-up.step.js';
import { nothing, type Served } from './message.js';

describe('a message of a set-up', () => {
  it('is answered by the responder, which knows who claims to speak and from where', async () => {
    const asked: unknown[] = [];
    const answer = setUpMessage('Response');
    const responder = {
      answer: (...message: unknown[]) => {
        asked.push(...message);
        return Promise.resolve(answer);
      },
    };
    const heard = ofSetUp();
    expect(await answerSetUp({ responder })(heard, notReached)).toMatchObject({ message: answer });
    expect(asked).toEqual([heard.message, heard.agreement, ARRIVAL.address]);
  });
});

describe('a message in an SSP session', () => {
  it('goes on', async () => {
    const served: Served = { message: undefined, handedOver: nothing };
    const step = answerSetUp({ responder: { answer: notReached } });
    expect(await step(ofSession([request('one')]), () => Promise.resolve(served))).toBe(served);
  });
});
