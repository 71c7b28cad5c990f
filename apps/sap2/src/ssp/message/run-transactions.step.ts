import type { ServiceID } from '@sap2/session-core';
import type { DecodedTransaction, ResponsePrimitive, ResponseTransaction } from '@sap2/ssp-wire';
import type { FailureAnswers } from '../failure-answers.js';
import type { Run } from '../steps.js';
import { DocumentOrder } from '../transaction/document-order.js';
import type { ReceivedRequest, Transaction } from '../transaction/transaction.js';
import { nothing, type OfSession, type Served } from './message.js';

/** Each request of the message runs down the list of transactions. Answers keep the order of the requests. */
export const runTransactions =
  (
    { failures }: { readonly failures: Pick<FailureAnswers, 'watch'> },
    run: Run<Transaction, ResponsePrimitive>,
  ): Run<OfSession, Served> =>
  async ({ message, agreement, session, arrival }) => {
    const requests = message.transactions.filter(isRequest);
    if (requests.length === 0) return { message: undefined, handedOver: nothing };
    const tasks: (() => Promise<void>)[] = [];
    const ofMessage = {
      peer: session.peer as ServiceID,
      agreement,
      session,
      secure: arrival.secure,
      order: requests.length === 1 ? undefined : new DocumentOrder(),
      afterAnswer: (task: () => Promise<void>): void => void tasks.push(task),
    };
    const transactions = await Promise.all(
      requests.map(async (request): Promise<ResponseTransaction> => {
        const { transactionID } = request;
        const primitive = await run({ ...ofMessage, transactionID, request });
        return { mode: 'Response', transactionID, primitive };
      }),
    );
    return {
      message: { kind: 'session', namespace: message.namespace, sessionID: session.ourID, transactions },
      handedOver: () => failures.watch(tasks.map((task) => task())),
    };
  };

const isRequest = (transaction: DecodedTransaction): transaction is ReceivedRequest =>
  transaction.mode === 'Request';
