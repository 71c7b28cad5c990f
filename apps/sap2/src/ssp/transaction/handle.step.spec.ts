import { describe, expect, it } from '@jest/globals';
import { bareStatus } from '../status-table.js';
import { aRoute, LOGOUT, readTransaction } from '../steps.fixture.js';
import { handle } from './handle.step.js';

describe('the handler of a primitive', () => {
  it('is given the primitive and the transaction', async () => {
    const answer = bareStatus(200, 'OK');
    const asked: unknown[] = [];
    const route = aRoute('logout', {
      handle: (...request) => {
        asked.push(...request);
        return Promise.resolve(answer);
      },
    });
    const transaction = readTransaction(route, { primitive: LOGOUT });
    expect(await handle(transaction)).toBe(answer);
    expect(asked).toEqual([LOGOUT, transaction]);
  });
});
