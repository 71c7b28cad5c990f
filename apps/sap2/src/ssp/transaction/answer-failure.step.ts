import type { ResponsePrimitive } from '@sap2/ssp-wire';
import type { FailureAnswers } from '../failure-answers.js';
import type { Step } from '../steps.js';
import type { ReadTransaction } from './transaction.js';

export interface AnswerFailureNeeds {
  readonly failures: Pick<FailureAnswers, 'answer'>;
}

/** The failure of one request is its own (ssp-binding §1). */
export const answerFailure =
  ({ failures }: AnswerFailureNeeds): Step<ReadTransaction, ReadTransaction, ResponsePrimitive> =>
  async (transaction, next) => {
    try {
      return await next(transaction);
    } catch (error) {
      return failures.answer(error, transaction);
    }
  };
