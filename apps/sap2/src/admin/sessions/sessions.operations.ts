import { END_CAUSES } from '@sap2/session-core';
import { z } from 'zod';
import { PAGE_QUERY, pageOf, plainText, shortText, time } from '../http/fields.js';
import { DOMAIN_NAME, PEER_NAME, USER_NAME } from '../http/names.js';
import { operations } from '../http/operation.js';
import { JOB } from '../jobs/jobs.operations.js';
import { SESSION_FILTER, SESSION_FILTER_OBJECT } from './session-filter.js';

/** What fits on a screen of a handset. */
const MAX_REASON = 200;
const MAX_RATE = 100_000;

const hasCondition = (filter: object): boolean => Object.values(filter).some((value) => value !== undefined);

export const SESSION = z
  .object({
    id: z.string(),
    account: z.string(),
    userID: z.string().describe('As the peer sent it, with its resource.'),
    domain: z.string(),
    client: z.object({
      url: z.string().optional(),
      msisdn: z.string().optional(),
      text: z.string().optional(),
      applicationID: z.string().optional(),
    }),
    peer: z.string(),
    keepAliveTimeS: z.int().describe('Seconds.'),
    cspVersion: z.string(),
    agreedServices: z.array(z.string()),
    startedAt: z.iso.datetime(),
    lastKeepAliveAt: z.iso
      .datetime()
      .nullable()
      .describe('The last keep-alive, or the login if none has come. Null while Redis is away.'),
    expiresAt: z.iso
      .datetime()
      .nullable()
      .describe('Without a keep-alive it ends then: the keep-alive time and the grace after the last one.'),
  })
  .meta({ id: 'Session' });

export const PAST_SESSION = SESSION.omit({
  keepAliveTimeS: true,
  agreedServices: true,
  lastKeepAliveAt: true,
  expiresAt: true,
})
  .extend({
    endedAt: z.iso.datetime(),
    cause: z.enum(END_CAUSES),
    reason: z.string().nullable(),
  })
  .meta({ id: 'PastSession' });

const HISTORY_FILTER = {
  user: USER_NAME.optional(),
  peer: PEER_NAME.optional(),
  domain: DOMAIN_NAME.optional(),
  cause: z.enum(END_CAUSES).optional(),
  endedBefore: time.optional().describe('Before this time (RFC 3339).'),
  endedAfter: time.optional().describe('At this time or after it.'),
} as const;

const params = { id: shortText.describe('The session, by its plain id.') } as const;

export const SESSIONS = operations('sessions', {
  listSessions: {
    command: 'session list',
    route: 'GET /sessions',
    summary: 'Live user sessions, the newest first.',
    scope: 'read',
    query: { ...SESSION_FILTER, ...PAGE_QUERY },
    answer: { status: 200, says: 'A page of sessions.', schema: pageOf(SESSION) },
  },
  getSession: {
    command: 'session show',
    route: 'GET /sessions/:id',
    summary: 'One live user session.',
    scope: 'read',
    params,
    answer: { status: 200, says: 'The session.', schema: SESSION },
  },
  endSession: {
    command: 'session end',
    route: 'DELETE /sessions/:id',
    summary: 'Ends a user session for good.',
    description: 'Its owner gets a disconnect (601), without the name of the administrator (ssp-binding §5).',
    scope: 'sessions',
    params,
    answer: { status: 204, says: 'It is ended.' },
  },
  endSessions: {
    command: { name: 'session end-many', spread: 'filter' },
    route: 'POST /sessions/end',
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
    creates: true,
  },
  listSessionHistory: {
    command: 'session history',
    route: 'GET /sessions/history',
    summary: 'Ended user sessions, the last to end first.',
    scope: 'read',
    query: { ...HISTORY_FILTER, ...PAGE_QUERY },
    answer: { status: 200, says: 'A page of past sessions.', schema: pageOf(PAST_SESSION) },
  },
});
