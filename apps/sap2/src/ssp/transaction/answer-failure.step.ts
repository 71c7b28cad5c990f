import type { FailureAnswers } from '../failure-answers.js';
import type { TransactionStep } from './transaction.js';

/** The failure of one request is its own (ssp-binding §1). */
export const answerFailure =
  ({ failures }: { readonly failures: Pick<FailureAnswers, 'answer'> }): TransactionStep =>
  async (transaction, next) => {
    try {
      return await next(transaction);
    } catch (error) {
      return failures.answer(error, transaction);
    }
  };
