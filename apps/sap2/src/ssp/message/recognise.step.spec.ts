import { describe, expect, it } from '@jest/globals';
import type { Recognition } from '@sap2/peer-link';
import { anAgreement, PEER_SERVICE } from '@sap2/test-support';
import type { DecodedMessage, DecodedTransaction } from '@sap2/ssp-wire';
import { HeldLines } from '../../listeners/line-a-minute.js';
import {
  ARRIVAL,
  DONE,
  done,
  listening,
  notReached,
  request,
  SESSION,
  sessionMessage,
  setUpMessage,
  statusAnswer,
} from '../steps.fixture.js';
import type { Recognised } from './message.js';
import { recognise } from './recognise.step.js';

function stepWith(recognition: Recognition, claimed = { theirs: anAgreement(), ours: anAgreement() }) {
  const { log, heard } = listening();
  const step = recognise({
    recogniser: {
      recognise: (_id, _arrival, says) => {
        heard.push(`says ${says}`);
        return Promise.resolve(recognition);
      },
    },
    responder: { claimedSpeaker: () => Promise.resolve(claimed.theirs) },
    callbackInitiator: { claimedSpeaker: () => Promise.resolve(claimed.ours) },
    hints: {
      remember: (id, peer) => heard.push(`remember ${id} ${peer}`),
      forget: (id) => heard.push(`forget ${id}`),
    },
    log,
    heldLines: new HeldLines(log),
  });
  const onRecognised = (peer: string): void => void heard.push(`recognised ${peer}`);
  return {
    onRecognised,
    take: (message: DecodedMessage, next = done) => step({ message, arrival: ARRIVAL, onRecognised }, next),
    heard,
    step,
  };
}

const ANSWERS: readonly DecodedTransaction[] = [statusAnswer('one', 200)];

describe('a message in an SSP session', () => {
  it('goes on with its peer, and says that the peer was recognised', async () => {
    const agreement = anAgreement();
    const { step, heard, onRecognised } = stepWith({ kind: 'recognised', agreement, session: SESSION });
    const seen: Recognised[] = [];
    const message = sessionMessage([request('one')]);
    const answer = await step({ message, arrival: ARRIVAL, onRecognised }, (recognised) => {
      seen.push(recognised);
      return done();
    });
    expect(answer).toBe(DONE);
    expect(seen).toEqual([{ kind: 'session', message, arrival: ARRIVAL, agreement, session: SESSION }]);
    expect(heard).toEqual([
      'says requests',
      `remember ${SESSION.theirID} ${PEER_SERVICE}`,
      `recognised ${PEER_SERVICE}`,
    ]);
  });

  it('may be the answers of a peer whose agreement is not in force', async () => {
    const { take, heard } = stepWith({ kind: 'unknown' });
    await take(sessionMessage(ANSWERS), notReached);
    expect(heard[0]).toBe('says answers');
  });

  it('that is not up is refused, forgotten and logged once a minute', async () => {
    const { take, heard } = stepWith({ kind: 'unknown' });
    const message = sessionMessage([request('one')]);
    for (let i = 0; i < 2; i++) {
      expect(await take(message, notReached)).toMatchObject({ kind: 'refused', httpStatus: 403 });
    }
    expect(heard.filter((line) => line.startsWith('forget'))).toHaveLength(2);
    expect(heard.filter((line) => line.startsWith('warn ssp_session_unknown'))).toHaveLength(1);
  });

  it('that is not up is taken in with 202 if it only says that it does not know something', async () => {
    const { take } = stepWith({ kind: 'unknown' });
    const answer = await take(sessionMessage([statusAnswer('one', 405)]), notReached);
    expect(answer).toMatchObject({ kind: 'answered', httpStatus: 202, body: '' });
  });

  it('that came another way than agreed is refused, and only the log says why', async () => {
    const { take, heard } = stepWith({ kind: 'misfit', peer: PEER_SERVICE, fault: 'other-address' });
    const answer = await take(sessionMessage([request('one')]), notReached);
    expect(answer).toMatchObject({ httpStatus: 403 });
    expect(JSON.stringify(answer)).not.toContain('other-address');
    expect(heard).toContain(`warn ssp_message_misfit ${PEER_SERVICE} other-address`);
  });
});

describe('a message of a set-up', () => {
  const [theirs, ours] = [anAgreement({ peer: 'wv:@theirs' }), anAgreement({ peer: 'wv:@ours' })];

  it('goes on with the agreement of the peer that it claims to be', async () => {
    for (const [mode, agreement] of [
      ['Request', theirs],
      ['Response', ours],
    ] as const) {
      const { step, heard, onRecognised } = stepWith({ kind: 'unknown' }, { theirs, ours });
      const message = setUpMessage(mode);
      const seen: Recognised[] = [];
      await step({ message, arrival: ARRIVAL, onRecognised }, (recognised) => {
        seen.push(recognised);
        return done();
      });
      expect(seen).toEqual([{ kind: 'setup', message, arrival: ARRIVAL, agreement }]);
      expect(heard).toEqual([]);
    }
  });

  it('is refused if it came another way than that peer does', async () => {
    const elsewhere = { ...theirs, sourceAddresses: ['198.51.100.0/24'] };
    const { take, heard } = stepWith({ kind: 'unknown' }, { theirs: elsewhere, ours });
    expect(await take(setUpMessage(), notReached)).toMatchObject({ httpStatus: 403 });
    expect(heard).toEqual(['warn ssp_message_misfit wv:@theirs other-address']);
  });
});
