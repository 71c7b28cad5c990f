import type { FailureAnswers } from '../failure-answers.js';
import { type Arrived, type MessageStep, refused, RETRY_AFTER_S } from './message.js';

/** Whatever fails below, the peer gets a refusal that it can act on. */
export const answerFailures =
  ({ failures }: { readonly failures: FailureAnswers }): MessageStep<Arrived> =>
  async (message, next) => {
    try {
      return await next(message);
    } catch (error) {
      return failures.answer(error, undefined).status.code === 503
        ? refused(503, 'store', 'A store is unavailable; try again later.', RETRY_AFTER_S)
        : refused(500, 'internal', 'Internal error.');
    }
  };
