import { describe, expect, it } from '@jest/globals';
import { PEER_SERVICE } from '@sap2/test-support';
import { bareStatus } from '../status-table.js';
import { listening, request, transactionOf, unreadable } from '../steps.fixture.js';
import { measure } from './measure.step.js';

describe('each request', () => {
  it('is counted once by its primitive and its answer', async () => {
    const { measures, heard } = listening();
    const step = measure({ measures });
    const answer = bareStatus(604, 'There is none.');
    for (const one of [request('one'), unreadable('two')]) {
      expect(await step(transactionOf(one), () => Promise.resolve(answer))).toBe(answer);
    }
    expect(heard).toEqual([`${PEER_SERVICE} KeepAliveRequest 604`, `${PEER_SERVICE} unreadable 604`]);
  });
});
