import { describe, expect, it } from '@jest/globals';
import { Gate } from '../../listeners/gate.js';
import { SpeakerHints } from '../speaker-hints.js';
import { ARRIVAL, DONE, done, held, listening, notReached, settled } from '../steps.fixture.js';
import { nothing } from './message.js';
import { passGate } from './pass-gate.step.js';

const messageOf = (sessionID: string) => ({
  bytes: Buffer.from(`<WV-SSP-Message><Session sessionID="${sessionID}">`),
  arrival: ARRIVAL,
  onRecognised: nothing,
});

function stepAt(gate: Gate) {
  const { measures, heard } = listening();
  const hints = new SpeakerHints();
  hints.remember('known', 'wv:@peer.example');
  return { step: passGate({ gate, hints, measures }), heard, gate };
}

describe('the gate', () => {
  it('refuses everything while it is closed, before anything is read', async () => {
    const { step } = stepAt(new Gate(10));
    expect(await step(messageOf('known'), notReached)).toMatchObject({
      httpStatus: 503,
      detail: 'Not now (starting); try again later.',
      retryAfterS: 5,
    });
  });

  it('counts the message as long as it is under way', async () => {
    const { step, gate } = stepAt(new Gate(10));
    gate.open();
    const { release, work } = held(DONE);
    const answer = step(messageOf('known'), work);
    await settled();
    expect(gate.underWay).toBe(1);
    release();
    expect(await answer).toBe(DONE);
    expect(gate.underWay).toBe(0);
  });

  it('turns a peer away that holds its share already, and has room for the next one', async () => {
    const { step, gate, heard } = stepAt(new Gate(4));
    gate.open();
    const { release, work } = held(DONE);
    const all = Array.from({ length: 4 }, () => step(messageOf('known'), work));
    await settled();
    expect(await step(messageOf('strange'), done)).toBe(DONE);
    release();
    const refusals = (await Promise.all(all)).filter(({ httpStatus }) => httpStatus === 429);
    expect(refusals.length).toBeGreaterThan(0);
    expect(refusals[0]).toMatchObject({ retryAfterS: 1 });
    expect(heard).toEqual(refusals.map(() => 'wv:@peer.example in-flight'));
  });
});
