import { PAGE_QUERY, pageOf } from '../http/fields.js';
import { operations } from '../http/operation.js';
import { JOB, JOB_ID } from './job.dto.js';

const params = { id: JOB_ID } as const;

export const JOBS = operations('jobs', {
  listJobs: {
    command: { noun: 'job', verb: 'list' },
    method: 'GET',
    path: '/jobs',
    summary: 'Jobs, newest first.',
    scope: 'read',
    query: PAGE_QUERY,
    answer: { status: 200, says: 'A page of jobs.', schema: pageOf(JOB) },
  },
  getJob: {
    command: { noun: 'job', verb: 'show' },
    method: 'GET',
    path: '/jobs/:id',
    summary: 'A job and its progress.',
    scope: 'read',
    params,
    answer: { status: 200, says: 'The job.', schema: JOB },
    refusals: [404],
  },
  abortJob: {
    command: { noun: 'job', verb: 'abort' },
    method: 'POST',
    path: '/jobs/:id/abort',
    summary: 'Stops a job. Its ended sessions stay ended.',
    scope: 'sessions',
    params,
    answer: { status: 200, says: 'The stopped job.', schema: JOB },
    refusals: [404, 409],
  },
});
