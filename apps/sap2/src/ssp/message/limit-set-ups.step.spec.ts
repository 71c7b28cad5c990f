import { describe, expect, it } from '@jest/globals';
import { anAgreement } from '@sap2/test-support';
import { ARRIVAL, CALLED_BACK, DONE, done, ofSession, ofSetUp, request } from '../steps.fixture.js';
import { limitSetUps } from './limit-set-ups.step.js';
import type { Recognised } from './message.js';

/** How many of so many messages go on. */
async function passing(messages: readonly Recognised[]): Promise<number> {
  const step = limitSetUps();
  const answers = [];
  for (const message of messages) answers.push(await step(message, done));
  for (const answer of answers.filter((one) => one !== DONE)) {
    expect(answer).toMatchObject({ kind: 'refused', httpStatus: 503, retryAfterS: 5 });
  }
  return answers.filter((answer) => answer === DONE).length;
}

const from = (address: string): Recognised => ({
  ...ofSetUp('Request', CALLED_BACK),
  arrival: { ...ARRIVAL, address },
});
const times = (count: number, make: (index: number) => Recognised): readonly Recognised[] =>
  Array.from({ length: count }, (_, index) => make(index));

describe('messages of set-ups in the name of a peer in callback mode', () => {
  it('go on 20 times a second from one address', async () => {
    expect(await passing(times(30, () => from('192.0.2.1')))).toBe(20);
  });

  it('go on 100 times a second from all addresses', async () => {
    expect(await passing(times(150, (index) => from(`192.0.2.${index}`)))).toBe(100);
  });
});

describe('all other messages', () => {
  it('have no such limit', async () => {
    const messages = [
      () => ofSetUp('Request', anAgreement()),
      () => ofSetUp('Request', undefined),
      () => ofSession([request('one')], CALLED_BACK),
    ];
    for (const make of messages) expect(await passing(times(150, make))).toBe(150);
  });
});
