import type { Repetition } from '@sap2/peer-link';
import type { ResponsePrimitive } from '@sap2/ssp-wire';
import type { Step } from '../steps.js';
import type { ReadTransaction } from './transaction.js';

export interface RepeatNeeds {
  readonly repetition: Pick<Repetition, 'once'>;
}

/** A repeated transaction is given the answer that it had before, where doing it again would do harm (ssp-binding §6). */
export const repeat =
  ({ repetition }: RepeatNeeds): Step<ReadTransaction, ReadTransaction, ResponsePrimitive> =>
  (transaction, next) =>
    transaction.route.repetition === 'executed-again'
      ? next(transaction)
      : repetition.once(transaction, transaction.primitive, () => next(transaction));
