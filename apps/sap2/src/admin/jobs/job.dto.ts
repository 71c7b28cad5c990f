import type { Job } from '@sap2/administration';
import { z } from 'zod';
import { shortText, timeOf } from '../http/fields.js';
import { givenOf, SESSION_FILTER_OBJECT } from '../sessions/session-filter.js';

export const JOB_ID = shortText.describe('The job, by its id.');

export const JOB = z.object({
  id: z.string(),
  kind: z
    .enum(['end-sessions', 'end-agreement'])
    .describe('`end-agreement`: an agreement is over, and so are these sessions; it cannot be aborted.'),
  state: z.enum(['running', 'done', 'aborted']),
  filter: SESSION_FILTER_OBJECT,
  reason: z.string().nullable(),
  ratePerSecond: z.int().nullable(),
  total: z.int().describe('Sessions that matched when the job was made; it touches no others.'),
  done: z.int().describe('Ended by the job.'),
  alreadyEnded: z.int().describe('Ended by something else before the job came to them.'),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
});

export const jobDto = (job: Job): z.output<typeof JOB> => ({
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
  finishedAt: job.finishedAtMs === undefined ? null : timeOf(job.finishedAtMs),
});

const ID = /^\d{1,15}$/;

/** A number that a row may have; anything else is the id of nothing. */
export const rowIDOf = (text: string): string | undefined => (ID.test(text) ? text : undefined);
