import type { Job } from '@sap2/administration';
import { z } from 'zod';
import { shortText, timeOf, timeOrNull } from '../http/fields.js';
import { Problem } from '../problem.filter.js';
import { givenOf, SESSION_FILTER_OBJECT } from '../sessions/session-filter.js';

export const JOB_ID = shortText.describe('Id of the job.');

export const JOB = z.object({
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
});

export type JobDto = z.output<typeof JOB>;

export const jobDto = (job: Job): JobDto => ({
  id: job.id,
  kind: job.kind,
  state: job.state,
  filter: givenOf(job.filter),
  reason: job.reason ?? null,
  ratePerSecond: job.ratePerSecond ?? null,
  total: job.total,
  done: job.done,
  alreadyEnded: job.alreadyEnded,
  createdBy: job.createdBy,
  createdAt: timeOf(job.createdAtMs),
  finishedAt: timeOrNull(job.finishedAtMs),
});

export const noJob = (): Problem => new Problem(404, 'No job has this id.');

/** What the end of a job is refused with. */
export const JOB_REFUSALS = {
  unknown: noJob,
  'finished-before': ({ job }: { readonly job: Job }) =>
    new Problem(409, `The job is ${job.state}: there is nothing to abort.`),
  'not-abortable': () =>
    new Problem(409, 'The agreement of these sessions is over: the job cannot be aborted.'),
} as const;
