import type { Job } from '@sap2/administration';
import { z } from 'zod';
import { PAGE_QUERY, pageOf, shortText } from '../http/fields.js';
import { operations } from '../http/operation.js';
import { shown } from '../http/shown.js';
import { SESSION_FILTER_OBJECT } from '../sessions/session-filter.js';

export const JOB = z
  .object({
    id: z.string(),
    kind: z
      .enum(['end-sessions', 'end-agreement'])
      .describe('`end-agreement`: the job ends the sessions of an ended agreement. It cannot be aborted.'),
    state: z.enum(['running', 'done', 'aborted']),
    filter: SESSION_FILTER_OBJECT,
    reason: z.string().nullable(),
    ratePerSecond: z.int().nullable(),
    total: z.int().describe('Sessions that matched when the job was created. The job ends no others.'),
    done: z.int().describe('Ended by the job.'),
    alreadyEnded: z.int().describe('Ended by something else before the job reached them.'),
    createdBy: z.string(),
    createdAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Job' });

/** A job with the conditions that it was made with. */
export const jobDto = ({ filter, ...job }: Job) =>
  shown(JOB, { ...job, filter: shown(SESSION_FILTER_OBJECT, { ...filter, user: filter.account }) });

const params = { id: shortText.describe('Id of the job.') } as const;

export const JOBS = operations('jobs', {
  listJobs: {
    command: 'job list',
    route: 'GET /jobs',
    summary: 'Jobs, newest first.',
    scope: 'read',
    query: PAGE_QUERY,
    answer: { status: 200, says: 'A page of jobs.', schema: pageOf(JOB) },
  },
  getJob: {
    command: 'job show',
    route: 'GET /jobs/:id',
    summary: 'A job and its progress.',
    scope: 'read',
    params,
    answer: { status: 200, says: 'The job.', schema: JOB },
  },
  abortJob: {
    command: 'job abort',
    route: 'POST /jobs/:id/abort',
    summary: 'Stops a job. Its ended sessions stay ended.',
    scope: 'sessions',
    params,
    answer: { status: 200, says: 'The stopped job.', schema: JOB },
    refusals: [409],
  },
});
