import { describe, expect, it } from '@jest/globals';
import { PEER_SERVICE } from '@sap2/test-support';
import { bareStatus } from '../status-table.js';
import { aRoute, listening, readTransaction, StoreAway } from '../steps.fixture.js';
import { answerFailure } from './answer-failure.step.js';

const TRANSACTION = readTransaction(aRoute('login'));

describe('a request that fails', () => {
  it('is answered 503 with a time to come again when a store is away, and 500 at a defect', async () => {
    const { failures, heard } = listening();
    const step = answerFailure({ failures });
    const away = await step(TRANSACTION, () => Promise.reject(new StoreAway()));
    expect(away.status).toMatchObject({ code: 503, tryAgainTimeoutS: 5 });
    const defect = await step(TRANSACTION, () => Promise.reject(new Error('secret')));
    expect(defect.status).toMatchObject({ code: 500, description: 'Internal error.' });
    expect(heard).toEqual([`warn store_unavailable ${PEER_SERVICE}`, `error defect ${PEER_SERVICE}`]);
  });

  it('changes no other answer', async () => {
    const { failures } = listening();
    const answer = bareStatus(200, 'OK');
    expect(await answerFailure({ failures })(TRANSACTION, () => Promise.resolve(answer))).toBe(answer);
  });
});
