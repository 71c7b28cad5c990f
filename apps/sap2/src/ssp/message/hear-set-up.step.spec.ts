import { describe, expect, it } from '@jest/globals';
import { DONE, done, listening, notReached, ofSession, ofSetUp, request } from '../steps.fixture.js';
import { hearSetUp } from './hear-set-up.step.js';
import type { Recognised } from './message.js';

type FollowUp = () => Promise<void>;

function stepWith(followUp: FollowUp | undefined) {
  const { failures, heard } = listening();
  const callbackInitiator = { hear: () => Promise.resolve(followUp) };
  return { step: hearSetUp({ callbackInitiator, failures }), heard };
}

describe('an answer to a set-up of ours', () => {
  it('is taken in, and what follows is sent when the receipt left', async () => {
    const sent: string[] = [];
    const { step } = stepWith(() => Promise.resolve(void sent.push('message 5')));
    const answer = await step(ofSetUp('Response'), notReached);
    expect(answer).toMatchObject({ kind: 'answered', httpStatus: 202 });
    expect(sent).toEqual([]);
    answer.handedOver();
    expect(sent).toEqual(['message 5']);
  });

  it('is taken in also when what follows fails, and the log says so', async () => {
    const { step, heard } = stepWith(() => Promise.reject(new Error('broken')));
    const answer = await step(ofSetUp('Response'), notReached);
    answer.handedOver();
    await Promise.resolve();
    expect(heard).toEqual(['error defect']);
  });

  it('that we do not wait for goes on as the message of no peer', async () => {
    const { step } = stepWith(undefined);
    const seen: Recognised[] = [];
    const heard = ofSetUp('Response');
    await step(heard, (recognised) => {
      seen.push(recognised);
      return done();
    });
    expect(seen).toEqual([{ ...heard, agreement: undefined }]);
  });
});

describe('any other message', () => {
  it('goes on as it is', async () => {
    const { step } = stepWith(() => Promise.resolve());
    for (const message of [ofSetUp('Request'), ofSession([request('one')])]) {
      const answer = await step(message, (recognised) => {
        expect(recognised).toBe(message);
        return done();
      });
      expect(answer).toBe(DONE);
    }
  });
});
