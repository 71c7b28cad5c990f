import type { CallbackInitiator } from '@sap2/peer-link';
import type { FailureAnswers } from '../failure-answers.js';
import { type MessageStep, receipt } from './message.js';

export interface HearSetUpNeeds {
  readonly callbackInitiator: Pick<CallbackInitiator, 'hear'>;
  readonly failures: Pick<FailureAnswers, 'watch'>;
}

/** The peer's answers to a set-up of ours, which arrive as messages in callback mode (ssp-binding §3). */
export const hearSetUp =
  ({ callbackInitiator, failures }: HearSetUpNeeds): MessageStep =>
  async (heard, next) => {
    if (heard.kind !== 'setup' || heard.message.mode !== 'Response') return next(heard);
    const { message, arrival } = heard;
    const followUp = await callbackInitiator.hear(message, arrival.address);
    if (followUp !== undefined) return receipt(() => failures.watch([followUp()]));
    // We wait for no such answer. The sender learns so in line, since it is not the request of a peer.
    return next({ ...heard, agreement: undefined });
  };
