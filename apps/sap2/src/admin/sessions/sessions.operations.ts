import { z } from 'zod';
import { PAGE_QUERY, pageOf, plainText } from '../http/fields.js';
import { operations } from '../http/operation.js';
import { JOB } from '../jobs/job.dto.js';
import { HISTORY_FILTER, PAST_SESSION, SESSION, SESSION_ID } from './session.dto.js';
import { SESSION_FILTER, SESSION_FILTER_OBJECT } from './session-filter.js';

/** What fits on a screen of a handset. */
const MAX_REASON = 200;
const MAX_RATE = 100_000;

const hasCondition = (filter: object): boolean => Object.values(filter).some((value) => value !== undefined);

const params = { id: SESSION_ID } as const;

export const SESSIONS = operations('sessions', {
  listSessions: {
    command: { noun: 'session', verb: 'list' },
    method: 'GET',
    path: '/sessions',
    summary: 'Live user sessions, the newest first.',
    scope: 'read',
    query: { ...SESSION_FILTER, ...PAGE_QUERY },
    answer: { status: 200, says: 'A page of sessions.', schema: pageOf(SESSION) },
  },
  getSession: {
    command: { noun: 'session', verb: 'show' },
    method: 'GET',
    path: '/sessions/:id',
    summary: 'One live user session.',
    scope: 'read',
    params,
    answer: { status: 200, says: 'The session.', schema: SESSION },
    refusals: [404],
  },
  endSession: {
    command: { noun: 'session', verb: 'end' },
    method: 'DELETE',
    path: '/sessions/:id',
    summary: 'Ends a user session for good.',
    description: 'Its owner gets a disconnect (601), without the name of the administrator (ssp-binding §5).',
    scope: 'sessions',
    params,
    answer: { status: 204, says: 'It is ended.' },
    refusals: [404],
  },
  endSessions: {
    command: { noun: 'session', verb: 'end-many', spread: 'filter' },
    method: 'POST',
    path: '/sessions/end',
    summary: 'Ends all sessions that match, as a job.',
    description:
      'It ends the sessions that are live now, not later ones. Their owners get disconnects (601) with the reason.',
    scope: 'sessions',
    body: z.strictObject({
      filter: SESSION_FILTER_OBJECT.refine(
        hasCondition,
        'must have a condition, so that a mistake does not end everything',
      ),
      reason: plainText(MAX_REASON).optional().describe('Why, in a line for people.'),
      dryRun: z.boolean().default(false).describe('Only counts.'),
      ratePerSecond: z.int().min(1).max(MAX_RATE).optional().describe('Left out: as fast as possible.'),
    }),
    answer: {
      status: 202,
      says: 'The job has begun, or the count of a dry run.',
      schema: z.object({
        matching: z.int().describe('Sessions that match now.'),
        job: JOB.nullable().describe('Null for a dry run.'),
      }),
    },
    refusals: [422],
    creates: true,
  },
  listSessionHistory: {
    command: { noun: 'session', verb: 'history' },
    method: 'GET',
    path: '/sessions/history',
    summary: 'Ended user sessions, the last to end first.',
    scope: 'read',
    query: { ...HISTORY_FILTER, ...PAGE_QUERY },
    answer: { status: 200, says: 'A page of past sessions.', schema: pageOf(PAST_SESSION) },
  },
});
