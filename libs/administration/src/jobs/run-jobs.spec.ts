import { describe, expect, it } from '@jest/globals';
import type { EndedSession, UserSessionID } from '@sap2/session-core';
import { OPERATOR } from '@sap2/testkit';
import type { JobStep } from '../ports/jobs.port.js';
import { RunJobs } from './run-jobs.js';

const ENDED: EndedSession = { id: '00a' as UserSessionID, peer: OPERATOR, cause: 'administrator' };

describe('a step of the jobs', () => {
  const removed: EndedSession[] = [];
  const live = {
    remove: async (ended: readonly EndedSession[]) => {
      removed.push(...ended);
      return { notHandedOver: [] };
    },
  };
  const stepOf = (step: JobStep) => new RunJobs({ step: async () => step }, live).execute();

  it('takes what it ended from the live store too', async () => {
    expect(await stepOf({ kind: 'worked', ended: [ENDED] })).toEqual({ kind: 'worked', ended: [ENDED] });
    expect(removed).toEqual([ENDED]);
  });

  it('says when the next one is due', async () => {
    const idle = { kind: 'nothing-due', nextInMs: 7 } as const;
    expect(await stepOf(idle)).toEqual(idle);
  });
});
