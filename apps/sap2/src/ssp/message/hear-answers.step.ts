import type { EventLog, Measures } from '@sap2/observability';
import { answerOf, learnSupport } from '@sap2/peer-delivery';
import type { AnsweredDisconnect, DisconnectOutbox, ServiceID } from '@sap2/session-core';
import type { ResponseTransaction } from '@sap2/ssp-wire';
import { reportSettled } from '../../loops/delivery-report.js';
import type { Run, Step } from '../steps.js';
import { isAnswer, type OfSession, type Served } from './message.js';

export interface HearAnswersNeeds {
  readonly outbox: Pick<DisconnectOutbox, 'settleByTransaction' | 'setSupport'>;
  readonly log: Pick<EventLog, 'event' | 'warn' | 'error'>;
  readonly measures: Pick<Measures, 'disconnects'>;
}

/** The peer's answers to disconnects, sent as messages of its own (ssp-binding §5, callback mode). */
export const hearAnswers =
  (on: HearAnswersNeeds): Step<OfSession, OfSession, Served> =>
  (heard, next) => {
    const answers = heard.message.transactions.filter(isAnswer);
    return answers.length === 0 ? next(heard) : hearFirst(on, answers, heard, next);
  };

async function hearFirst(
  on: HearAnswersNeeds,
  answers: readonly ResponseTransaction[],
  heard: OfSession,
  next: Run<OfSession, Served>,
): Promise<Served> {
  await hear(on, heard.session.peer as ServiceID, answers);
  return next(heard);
}

/** Answers to anything else, or to nothing, change nothing. */
async function hear(
  { outbox, log, measures }: HearAnswersNeeds,
  peer: ServiceID,
  answers: readonly ResponseTransaction[],
): Promise<void> {
  const counts = { acknowledged: 0, 'unknown-there': 0, failed: 0, 'not-supported': 0 };
  let error: string | undefined;
  for (const { transactionID, primitive } of answers) {
    if (primitive.kind !== 'Status') continue;
    const answer = answerOf(primitive.status.code);
    if (!(await settle(outbox, peer, transactionID, answer))) continue;
    counts[answer.result] += 1;
    if ('error' in answer) error ??= answer.error;
  }
  reportSettled({ peer, counts, error }, log, measures);
}

async function settle(
  outbox: HearAnswersNeeds['outbox'],
  peer: ServiceID,
  transactionID: string,
  answer: AnsweredDisconnect,
): Promise<boolean> {
  const support = await outbox.settleByTransaction(peer, transactionID, answer);
  // A 405 has marked the peer already.
  if (support !== undefined && answer.result !== 'not-supported') {
    await learnSupport(outbox, peer, [answer.result], support);
  }
  return support !== undefined;
}
