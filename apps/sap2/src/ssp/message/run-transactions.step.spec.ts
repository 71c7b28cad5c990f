import { describe, expect, it } from '@jest/globals';
import { anAgreement, PEER_SERVICE } from '@sap2/test-support';
import { bareStatus } from '../status-table.js';
import {
  listening,
  notReached,
  ofSession,
  request,
  SESSION,
  settled,
  statusAnswer,
  StoreAway,
  unreadable,
} from '../steps.fixture.js';
import type { Transaction } from '../transaction/transaction.js';
import { runTransactions } from './run-transactions.step.js';

const OK = bareStatus(200, 'OK');

describe('the requests of a message', () => {
  it('run down the list, each with who speaks, and their answers keep the order of the requests', async () => {
    const { failures } = listening();
    const seen: Transaction[] = [];
    const agreement = anAgreement();
    const serve = runTransactions({ failures }, async (transaction) => {
      seen.push(transaction);
      if (transaction.transactionID === 'one') await settled();
      return OK;
    });
    const message = ofSession([request('one'), unreadable('two'), statusAnswer('three', 200)], agreement);
    const served = await serve(message);
    expect(seen).toMatchObject([
      { transactionID: 'one', peer: PEER_SERVICE, agreement, session: SESSION, secure: true },
      { transactionID: 'two', request: unreadable('two') },
    ]);
    expect(served.message).toEqual({
      kind: 'session',
      namespace: message.message.namespace,
      sessionID: SESSION.ourID,
      transactions: ['one', 'two'].map((transactionID) => ({
        mode: 'Response',
        transactionID,
        primitive: OK,
      })),
    });
  });

  it('share one order, and a single request needs none', async () => {
    const { failures } = listening();
    const orders: Transaction['order'][] = [];
    const serve = runTransactions({ failures }, ({ order }) => {
      orders.push(order);
      return Promise.resolve(OK);
    });
    await serve(ofSession([request('one'), request('two')]));
    await serve(ofSession([request('alone')]));
    expect(orders[0]).toBeDefined();
    expect(orders[1]).toBe(orders[0]);
    expect(orders[2]).toBeUndefined();
  });

  it('are none in a message of answers, which is answered by nothing', async () => {
    const { failures } = listening();
    const serve = runTransactions({ failures }, notReached);
    expect(await serve(ofSession([statusAnswer('one', 200)]))).toMatchObject({ message: undefined });
  });

  it('may leave work for after their answer, whose failure is logged', async () => {
    const { failures, heard } = listening();
    const serve = runTransactions({ failures }, ({ transactionID, afterAnswer }) => {
      afterAnswer(async () => {
        heard.push(`after ${transactionID}`);
        if (transactionID === 'one') throw new StoreAway();
      });
      return Promise.resolve(OK);
    });
    const { handedOver } = await serve(ofSession([request('one'), request('two')]));
    await settled();
    expect(heard).toEqual([]);
    handedOver();
    await settled();
    expect(heard).toEqual(['after one', 'after two', 'warn store_unavailable']);
  });
});
