import type { Repetition } from '@sap2/peer-link';
import type { TransactionStep } from './transaction.js';

/** A repeated transaction is given the answer that it had before, where doing it again would do harm (ssp-binding §6). */
export const repeat =
  ({ repetition }: { readonly repetition: Pick<Repetition, 'once'> }): TransactionStep =>
  (transaction, next) =>
    transaction.route.repetition === 'executed-again'
      ? next(transaction)
      : repetition.once(transaction, transaction.primitive, () => next(transaction));
