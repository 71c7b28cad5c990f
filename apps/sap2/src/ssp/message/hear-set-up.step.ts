import type { CallbackInitiator } from '@sap2/peer-link';
import type { FailureAnswers } from '../failure-answers.js';
import type { Run } from '../steps.js';
import { type Answer, type MessageStep, type OfSetUp, receipt, type Recognised } from './message.js';

export interface HearSetUpNeeds {
  readonly callbackInitiator: Pick<CallbackInitiator, 'hear'>;
  readonly failures: Pick<FailureAnswers, 'watch'>;
}

/** The peer's answers to a set-up of ours, which arrive as messages in callback mode (ssp-binding §3). */
export const hearSetUp =
  (on: HearSetUpNeeds): MessageStep =>
  (heard, next) =>
    heard.kind === 'setup' && heard.message.mode === 'Response' ? hear(on, heard, next) : next(heard);

async function hear(
  { callbackInitiator, failures }: HearSetUpNeeds,
  heard: OfSetUp,
  next: Run<Recognised, Answer>,
): Promise<Answer> {
  const { message, arrival } = heard;
  const followUp = await callbackInitiator.hear(message, arrival.address);
  if (followUp !== undefined) return receipt(() => failures.watch([followUp()]));
  // We wait for no such answer. The sender learns so in line, since it is not the request of a peer.
  return next({ ...heard, agreement: undefined });
}
