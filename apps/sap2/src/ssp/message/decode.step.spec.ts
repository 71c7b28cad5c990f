import { describe, expect, it } from '@jest/globals';
import { encodeSsp } from '@sap2/ssp-wire';
import { ARRIVAL, done, DONE, notReached, request, sessionMessage } from '../steps.fixture.js';
import { decode } from './decode.step.js';
import { type Decoded, nothing } from './message.js';

const step = decode({ bodyLimitBytes: 10_000 });
const arrived = (text: string) => ({ bytes: Buffer.from(text), arrival: ARRIVAL, onRecognised: nothing });

describe('decoding', () => {
  it('hands on the message and how it came', async () => {
    const seen: Decoded[] = [];
    const message = sessionMessage([request('one')]);
    const answer = await step(arrived(encodeSsp(message)), (decoded) => {
      seen.push(decoded);
      return done();
    });
    expect(answer).toBe(DONE);
    expect(seen).toMatchObject([{ message, arrival: ARRIVAL }]);
  });

  it('refuses what is no SSP message with 400, and what is too large with 413', async () => {
    expect(await step(arrived('no XML'), notReached)).toMatchObject({ kind: 'refused', httpStatus: 400 });
    const large = arrived(`<a>${'.'.repeat(10_000)}</a>`);
    expect(await step(large, notReached)).toMatchObject({ kind: 'refused', httpStatus: 413 });
  });
});
