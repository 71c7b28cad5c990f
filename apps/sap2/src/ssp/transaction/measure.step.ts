import type { Measures } from '@sap2/observability';
import type { Transaction, TransactionStep } from './transaction.js';

/** Counts what each request was answered, and how long that took. */
export const measure =
  ({ measures }: { readonly measures: Pick<Measures, 'request'> }): TransactionStep<Transaction> =>
  async (transaction, next) => {
    const beganMs = performance.now();
    const answer = await next(transaction);
    const { peer, request } = transaction;
    const kind = 'fault' in request ? 'unreadable' : request.primitive.kind;
    measures.request(peer, kind, answer.status.code, performance.now() - beganMs);
    return answer;
  };
