import { describe, expect, it } from '@jest/globals';
import { ARRIVAL, done, DONE, listening, StoreAway } from '../steps.fixture.js';
import { nothing } from './message.js';
import { answerFailures } from './answer-failures.step.js';

const MESSAGE = { bytes: new Uint8Array(), arrival: ARRIVAL, onRecognised: nothing };

describe('a message that fails below', () => {
  it('is refused with 503 and a time to come again, when a store is away', async () => {
    const { failures, heard } = listening();
    const answer = await answerFailures({ failures })(MESSAGE, () => Promise.reject(new StoreAway()));
    expect(answer).toMatchObject({ kind: 'refused', httpStatus: 503, retryAfterS: 5 });
    expect(heard).toEqual(['warn store_unavailable']);
  });

  it('is refused with 500 at a defect, and nothing of the defect is said', async () => {
    const { failures, heard } = listening();
    const answer = await answerFailures({ failures })(MESSAGE, () => Promise.reject(new Error('secret')));
    expect(answer).toMatchObject({ httpStatus: 500, detail: 'Internal error.', retryAfterS: undefined });
    expect(heard).toEqual(['error defect']);
  });

  it('is answered as it is when nothing fails', async () => {
    const { failures } = listening();
    expect(await answerFailures({ failures })(MESSAGE, done)).toBe(DONE);
  });
});
