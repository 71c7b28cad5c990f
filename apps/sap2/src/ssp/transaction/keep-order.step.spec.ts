import { describe, expect, it } from '@jest/globals';
import { bareStatus } from '../status-table.js';
import {
  held,
  KEEP_ALIVE,
  request,
  settled,
  tableWith,
  transactionOf,
  unreadable,
} from '../steps.fixture.js';
import { DocumentOrder } from './document-order.js';
import { keepOrder } from './keep-order.step.js';
import type { ReceivedRequest } from './transaction.js';

const OK = bareStatus(200, 'OK');

/** Which requests have begun while the first one is still at work. */
async function begunBesideTheFirst(
  touches: readonly string[] | 'everybody',
  ...requests: readonly ReceivedRequest[]
): Promise<readonly string[]> {
  const step = keepOrder({ table: tableWith({ touches: () => touches }) });
  const order = new DocumentOrder();
  const begun: string[] = [];
  const { release, work } = held(OK);
  const answers = requests.map((one) =>
    step(transactionOf(one, order), ({ transactionID }) => {
      begun.push(transactionID);
      return work();
    }),
  );
  await settled();
  const beside = [...begun];
  release();
  expect(await Promise.all(answers)).toEqual(requests.map(() => OK));
  return beside;
}

describe('requests of one message', () => {
  const [one, two] = [request('one', KEEP_ALIVE), request('two', KEEP_ALIVE)];

  it('take turns where they touch the same session, and run side by side where they touch none', async () => {
    expect(await begunBesideTheFirst(['session a'], one, two)).toEqual(['one']);
    expect(await begunBesideTheFirst([], one, two)).toEqual(['one', 'two']);
  });

  it('take turns where one may touch anybody', async () => {
    expect(await begunBesideTheFirst('everybody', one, two)).toEqual(['one']);
  });

  it('take turns where they are the same transaction, also when they cannot be read', async () => {
    expect(await begunBesideTheFirst([], one, one)).toEqual(['one']);
    expect(await begunBesideTheFirst([], unreadable('one'), unreadable('one'), two)).toEqual(['one', 'two']);
  });
});

describe('the only request of a message', () => {
  it('begins at once', () => {
    const step = keepOrder({ table: tableWith() });
    const begun: string[] = [];
    void step(transactionOf(request('one')), ({ transactionID }) => {
      begun.push(transactionID);
      return Promise.resolve(OK);
    });
    expect(begun).toEqual(['one']);
  });
});
