import { type DispatchTable, routeOf } from '../request-context.js';
import type { ReceivedRequest, Transaction, TransactionStep } from './transaction.js';

/** Requests of one message that touch the same user or session take turns (ssp-binding §1). */
export const keepOrder =
  ({ table }: { readonly table: DispatchTable }): TransactionStep<Transaction> =>
  (transaction, next) =>
    transaction.order === undefined
      ? next(transaction)
      : transaction.order.run(touchedBy(transaction.request, table), () => next(transaction));

function touchedBy(request: ReceivedRequest, table: DispatchTable): readonly string[] | 'everybody' {
  // Repetitions within one message take turns as well: the first one is carried out.
  const self = `transaction ${request.transactionID}`;
  if ('fault' in request) return [self];
  const names = routeOf(table, request.primitive).touches(request.primitive);
  return names === 'everybody' ? names : [self, ...names];
}
