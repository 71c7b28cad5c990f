import { describe, expect, it } from '@jest/globals';
import { PEER_SERVICE } from '@sap2/test-support';
import { HeldLines } from '../../listeners/line-a-minute.js';
import { bareStatus } from '../status-table.js';
import {
  listening,
  LOGOUT,
  notReached,
  request,
  tableWith,
  transactionOf,
  unreadable,
} from '../steps.fixture.js';
import { read } from './read.step.js';
import type { ReadTransaction } from './transaction.js';

function reading() {
  const { log, heard } = listening();
  const table = tableWith();
  return { step: read({ table, log, heldLines: new HeldLines(log) }), table, heard };
}

describe('a request that can be read', () => {
  it('goes on with its primitive and the route of that', async () => {
    const { step, table } = reading();
    const seen: ReadTransaction[] = [];
    await step(transactionOf(request('one', LOGOUT)), (transaction) => {
      seen.push(transaction);
      return Promise.resolve(bareStatus(200, 'OK'));
    });
    expect(seen).toMatchObject([{ transactionID: 'one', primitive: LOGOUT, route: table.LogoutRequest }]);
  });
});

describe('a request that cannot be read', () => {
  it('is answered by the code of its fault', async () => {
    const { step, heard } = reading();
    expect(await step(transactionOf(unreadable('one', 402)), notReached)).toEqual(
      bareStatus(402, 'It is not known.'),
    );
    expect(heard).toEqual([]);
  });

  it('because we do not know its primitive is logged once a minute for each peer', async () => {
    const { step, heard } = reading();
    for (let i = 0; i < 3; i++) await step(transactionOf(unreadable('one', 405)), notReached);
    expect(heard).toEqual([`warn ssp_primitive_unknown ${PEER_SERVICE}`]);
  });
});
