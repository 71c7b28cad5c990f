import type { ResponsePrimitive } from '@sap2/ssp-wire';
import { type DispatchTable, routeOf } from '../request-context.js';
import type { Step } from '../steps.js';
import type { ReceivedRequest, Transaction } from './transaction.js';

/** Requests of one message that touch the same user or session take turns (ssp-binding §1). */
export const keepOrder =
  ({ table }: { readonly table: DispatchTable }): Step<Transaction, Transaction, ResponsePrimitive> =>
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
