import { describe, expect, it } from '@jest/globals';
import type { SspMessage } from '@sap2/ssp-wire';
import { PEER_SERVICE } from '@sap2/test-support';
import { Gate } from '../../listeners/gate.js';
import { MessagesAtWork } from '../messages-at-work.js';
import {
  CALLED_BACK,
  held,
  listening,
  notReached,
  ofSession,
  ofSetUp,
  request,
  sessionMessage,
  settled,
  statusAnswer,
  StoreAway,
} from '../steps.fixture.js';
import { answerMode } from './answer-mode.step.js';
import { nothing, type Served } from './message.js';

const OUR_ANSWER = sessionMessage([statusAnswer('one', 200), statusAnswer('two', 200)]);
const ASKED = [request('one')];

function answering(trouble?: string) {
  const { heard, log, failures } = listening();
  const gate = new Gate(10);
  gate.open();
  const atWork = new MessagesAtWork();
  const sent: SspMessage[] = [];
  const messages = {
    send: (_agreement: unknown, message: SspMessage) => {
      heard.push('sent');
      sent.push(message);
      return Promise.resolve(trouble);
    },
  };
  const step = answerMode({ gate, atWork, messages, failures, log });
  const served: Served = { message: OUR_ANSWER, handedOver: () => void heard.push('handed over') };
  const work = () => {
    heard.push('worked');
    return Promise.resolve(served);
  };
  return { step, heard, gate, atWork, sent, served, work };
}

describe('inline', () => {
  it('the answer is the HTTP response, and what follows waits until it left', async () => {
    const { step, work, heard } = answering();
    const answer = await step(ofSession(ASKED), work);
    expect(answer).toMatchObject({ kind: 'answered', httpStatus: 200 });
    expect(answer).toHaveProperty('body', expect.stringContaining('transactionID="one"'));
    expect(heard).toEqual(['worked']);
    answer.handedOver();
    expect(heard).toEqual(['worked', 'handed over']);
  });

  it('a message that asked for nothing has a receipt', async () => {
    const { step } = answering();
    const silent = () => Promise.resolve({ message: undefined, handedOver: nothing });
    expect(await step(ofSession([]), silent)).toMatchObject({ httpStatus: 202, body: '' });
  });

  it('is how strangers are answered', async () => {
    const { step, work } = answering();
    expect(await step(ofSetUp('Request', undefined), work)).toMatchObject({ httpStatus: 200 });
  });
});

describe('in callback mode', () => {
  it('the receipt leaves, then the work is done, then the answer is sent', async () => {
    const { step, work, heard, sent } = answering();
    const answer = await step(ofSession(ASKED, CALLED_BACK), work);
    expect(answer).toMatchObject({ kind: 'answered', httpStatus: 202, body: '' });
    await settled();
    expect(heard).toEqual([]);
    answer.handedOver();
    await settled();
    expect(heard).toEqual(['worked', 'sent', 'handed over']);
    expect(sent).toEqual([OUR_ANSWER]);
  });

  it('messages of set-ups are answered in the same way', async () => {
    const { step, work, heard } = answering();
    (await step(ofSetUp('Request', CALLED_BACK), work)).handedOver();
    await settled();
    expect(heard).toEqual(['worked', 'sent', 'handed over']);
  });

  it('the work counts at the gate and for its peer, and the sending does not', async () => {
    const { step, gate, atWork, served } = answering();
    const { release, work } = held(served);
    const answer = await step(ofSession(ASKED, CALLED_BACK), work);
    expect([gate.underWay, atWork.of(PEER_SERVICE)]).toEqual([0, 0]);
    answer.handedOver();
    await settled();
    expect([gate.underWay, atWork.of(PEER_SERVICE)]).toEqual([1, 1]);
    release();
    await settled();
    expect([gate.underWay, atWork.of(PEER_SERVICE)]).toEqual([0, 0]);
  });

  it('nothing is done when the gate has closed meanwhile', async () => {
    const { step, gate, heard } = answering();
    const answer = await step(ofSession(ASKED, CALLED_BACK), notReached);
    gate.close('rebuilding');
    answer.handedOver();
    await settled();
    expect(heard).toEqual([]);
  });

  it('nothing is sent for a message that asked for nothing', async () => {
    const { step, heard } = answering();
    const silent = () => Promise.resolve({ message: undefined, handedOver: nothing });
    (await step(ofSession([], CALLED_BACK), silent)).handedOver();
    await settled();
    expect(heard).toEqual([]);
  });

  it('an answer that the peer does not take is logged, and what follows is done', async () => {
    const { step, work, heard } = answering('HTTP 500');
    (await step(ofSession(ASKED, CALLED_BACK), work)).handedOver();
    await settled();
    expect(heard).toEqual([
      'worked',
      'sent',
      `warn callback_answer_lost ${PEER_SERVICE} HTTP 500; with transactions two`,
      'handed over',
    ]);
  });

  it('work that fails is logged, and gives its places back', async () => {
    const { step, heard, gate, atWork } = answering();
    const failing = () => Promise.reject(new StoreAway());
    (await step(ofSession(ASKED, CALLED_BACK), failing)).handedOver();
    await settled();
    expect(heard).toEqual(['warn store_unavailable']);
    expect([gate.underWay, atWork.of(PEER_SERVICE)]).toEqual([0, 0]);
  });
});
