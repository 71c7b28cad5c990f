import { describe, expect, it } from '@jest/globals';
import {
  type EndedSession,
  Ending,
  LiveStoreUnavailableError,
  SessionEnd,
  type UserSessionID,
} from '@sap2/session-core';
import { FakeLiveSessions, ManualClock, OPERATOR } from '@sap2/test-support';
import { type Job, Jobs, type JobStep } from './jobs.js';

const ID = '00aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' as UserSessionID;
const ENDED: EndedSession = { id: ID, peer: OPERATOR, cause: 'administrator' };
const WORKED: JobStep = { kind: 'worked', job: '7', batch: [ID] };
const JOB = { id: '7', state: 'done' } as Job;

const unasked = (): never => {
  throw new Error('This was not to be asked.');
};

function world(step: JobStep, ended: readonly EndedSession[] = []) {
  const live = new FakeLiveSessions(new ManualClock());
  const said: string[] = [];
  const book = {
    create: unasked,
    page: unasked,
    find: unasked,
    abort: unasked,
    step: async () => new Ending(step, { ended }),
    backlog: () => Promise.reject(new Error('not asked for')),
    confirm: async (id: string, batch: readonly UserSessionID[]) =>
      void said.push(`confirmed ${id} ${batch.length}`),
    finish: async (id: string) => {
      said.push(`finished ${id}`);
      return JOB;
    },
  };
  const caller = { peer: OPERATOR, account: undefined, clientKey: undefined };
  return {
    live,
    said,
    look: () => live.look(ID, caller),
    jobs: new Jobs(book, new SessionEnd(live, () => undefined)),
  };
}

describe('a step of the jobs', () => {
  it('confirms its batch once the live store knows of the ends', async () => {
    const { jobs, said, look } = world(WORKED, [ENDED]);
    expect(await jobs.run()).toEqual({ kind: 'worked' });
    expect(await look()).toEqual({ kind: 'ended', cause: 'administrator' });
    expect(said).toEqual(['confirmed 7 1']);
  });

  it('V1: does not count a batch that the live store does not know of', async () => {
    const { jobs, said, live } = world(WORKED, [ENDED]);
    live.answersLeft = 0;
    await expect(jobs.run()).rejects.toThrow(LiveStoreUnavailableError);
    expect(said).toEqual([]);
  });

  it('takes back what it said of a peer before the job is done', async () => {
    const shutOut = { peer: OPERATOR, job: '7' };
    const { jobs, said, live } = world({ kind: 'over', job: '7', shutOut });
    live.answersLeft = 0;
    await expect(jobs.run()).rejects.toThrow(LiveStoreUnavailableError);
    expect(said).toEqual([]);
    live.answersLeft = 1;
    expect(await jobs.run()).toEqual({ kind: 'finished', job: JOB });
  });

  it('says when the next one is due', async () => {
    const idle = { kind: 'nothing-due', nextInMs: 7 } as const;
    expect(await world(idle).jobs.run()).toEqual(idle);
  });
});
