import type { Measures } from '@sap2/observability';
import type { ResponsePrimitive } from '@sap2/ssp-wire';
import type { Step } from '../steps.js';
import type { Transaction } from './transaction.js';

export interface MeasureNeeds {
  readonly measures: Pick<Measures, 'request'>;
}

/** Counts what each request was answered, and how long that took. */
export const measure =
  ({ measures }: MeasureNeeds): Step<Transaction, Transaction, ResponsePrimitive> =>
  async (transaction, next) => {
    const beganMs = performance.now();
    const answer = await next(transaction);
    const { peer, request } = transaction;
    const kind = 'fault' in request ? 'unreadable' : request.primitive.kind;
    measures.request(peer, kind, answer.status.code, performance.now() - beganMs);
    return answer;
  };
