import { EVENT_TYPES, type EventType } from '@sap2/event-feed';
import { z } from 'zod';
import { PAGE_QUERY, pageOf, shortText, wholeNumber } from '../admin/http/fields.js';
import { DOMAIN_NAME, USER_NAME } from '../admin/http/names.js';
import { NDJSON } from '../admin/http/ndjson.js';
import { operations } from '../admin/http/operation.js';
import { SHARED_SIGNALS } from './shared-signals/shared-signals.operations.js';
import { CLIENT, EVENT } from './event-dto.js';

export const EVENTS_BASE = '/events/v1';
export const INTERNAL_BASE = '/internal/v1';

const MOST = 1_000;
const DEFAULT_LIMIT = 100;
const isType = (text: string): text is EventType => EVENT_TYPES.some((type) => type === text);

const EVENT_FILTER = {
  after: shortText
    .optional()
    .describe('A position, or `latest` for the present end. Left out: from the oldest event that is kept.'),
  types: shortText
    .refine(
      (text) => text.split(',').every(isType),
      `must be a list of event types with commas: ${EVENT_TYPES.join(', ')}`,
    )
    .optional()
    .describe('Types of events, with commas. Left out: all.'),
  domain: DOMAIN_NAME.optional().describe('Only events of this domain. Agreements have no domain.'),
} as const;

export const typesOf = (text: string | undefined): readonly EventType[] =>
  (text ?? '').split(',').filter(isType);

export const EVENTS = operations('events', {
  listEvents: {
    base: EVENTS_BASE,
    route: 'GET /',
    summary: 'Events after a position.',
    description:
      'The page may be short or empty although more events follow. Go on from `next`. ' +
      '410: events after the position were dropped, and `oldest` is where the feed goes on.',
    scope: 'elements',
    query: {
      ...EVENT_FILTER,
      limit: wholeNumber(1, MOST).default(DEFAULT_LIMIT).describe(`Events of one page, 1 to ${MOST}.`),
    },
    answer: {
      status: 200,
      says: 'A page of events.',
      schema: z.object({
        items: z.array(EVENT),
        next: z.string().describe('The `after` of the next page. It is always there.'),
      }),
    },
    refusals: [410],
  },
  streamEvents: {
    base: EVENTS_BASE,
    route: 'GET /stream',
    summary: 'Events as they happen, as Server-Sent Events.',
    description:
      'The header `Last-Event-ID` goes before `after`. The service sends a comment each 15 s. It closes the stream of a ' +
      'reader that is 1 MiB behind.',
    scope: 'elements',
    query: EVENT_FILTER,
    answer: {
      status: 200,
      says: 'The stream. `id` is the position, `event` the type, and `data` the event.',
      schema: z.string(),
      mediaType: 'text/event-stream',
    },
    refusals: [410],
  },
});

export const LIVE_SESSION = z
  .object({
    id: z.string(),
    user: z.string(),
    client: CLIENT,
    domain: z.string(),
    peer: z.string(),
    startedAt: z.iso.datetime(),
    lastKeepAliveAt: z.iso
      .datetime()
      .describe('The last use of the session: a keep-alive, a resume or the login.'),
    expiresAt: z.iso.datetime().describe('When the session expires without another keep-alive.'),
    cspVersion: z.string(),
    functions: z.array(z.string()),
  })
  .meta({ id: 'LiveSession' });

/** Longer than each name that a user or a session may have. */
const NAME = z.string().max(4_096);

export const LIVE_SESSIONS = operations('live sessions', {
  listLiveSessions: {
    base: INTERNAL_BASE,
    route: 'GET /sessions',
    summary: 'Live sessions of a user or a domain, the newest first.',
    scope: 'elements',
    query: { user: USER_NAME.optional(), domain: DOMAIN_NAME.optional(), ...PAGE_QUERY },
    answer: { status: 200, says: 'A page of sessions.', schema: pageOf(LIVE_SESSION) },
  },
  snapshotLiveSessions: {
    base: INTERNAL_BASE,
    route: 'GET /sessions/snapshot',
    summary: 'All live sessions at one moment, with the position of that moment.',
    description:
      'The feed after that position has exactly the later changes. 503: other snapshots are in progress.',
    scope: 'elements',
    query: { domain: DOMAIN_NAME.optional() },
    answer: {
      status: 200,
      says: 'The first line is an object with `position`. Each other line is a session.',
      schema: z.string(),
      mediaType: NDJSON,
    },
  },
  getLiveSession: {
    base: INTERNAL_BASE,
    route: 'GET /sessions/:id',
    summary: 'One live session.',
    scope: 'elements',
    params: { id: shortText.describe('The session, by its plain id.') },
    answer: { status: 200, says: 'The session.', schema: LIVE_SESSION },
  },
  queryLiveSessions: {
    base: INTERNAL_BASE,
    route: 'POST /sessions/query',
    summary: 'Live sessions of many ids or users at once.',
    scope: 'elements',
    body: z
      .strictObject({
        ids: z.array(NAME).max(MOST).optional().describe('Ids of sessions.'),
        users: z.array(NAME).max(MOST).optional().describe('Users; each may have several sessions.'),
      })
      .refine(
        ({ ids, users }) => (ids === undefined) !== (users === undefined),
        'must have either `ids` or `users`',
      ),
    answer: {
      status: 200,
      says: 'The sessions that are live.',
      schema: z.object({
        items: z.array(LIVE_SESSION),
        unknown: z.array(z.string()).describe('Ids that are not live, or users without a live session.'),
      }),
    },
  },
});

/** What service elements and consoles read, in the order of the OpenAPI document. */
export const ELEMENT_OPERATIONS = [
  ...Object.values(EVENTS),
  ...Object.values(LIVE_SESSIONS),
  ...Object.values(SHARED_SIGNALS),
];
