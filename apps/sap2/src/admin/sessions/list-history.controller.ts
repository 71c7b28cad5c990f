import { Inject } from '@nestjs/common';
import { type ListPosition, type PastSession, SESSIONS, type Sessions } from '@sap2/administration';
import { END_CAUSES } from '@sap2/session-core';
import { z } from 'zod';
import { Cursors } from '../http/cursors.js';
import { msOf, PAGE_QUERY, pageOf, time, timeOf } from '../http/fields.js';
import { AdminController } from '../admin-controller.js';
import { Input } from '../http/input.js';
import { accountOf, DOMAIN_NAME, domainOf, PEER_NAME, peerOf, USER_NAME } from '../http/names.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { SESSION } from './session.dto.js';

const PAST_SESSION = SESSION.omit({ keepAliveTimeS: true, agreedServices: true }).extend({
  endedAt: z.iso.datetime(),
  cause: z.enum(END_CAUSES),
  reason: z.string().nullable(),
});

const LIST_HISTORY = operation({
  method: 'GET',
  path: '/sessions/history',
  name: 'listSessionHistory',
  noun: 'sessions',
  summary: 'User sessions that were, the last to end first.',
  scope: 'read',
  query: {
    user: USER_NAME.optional(),
    peer: PEER_NAME.optional(),
    domain: DOMAIN_NAME.optional(),
    cause: z.enum(END_CAUSES).optional(),
    endedBefore: time.optional().describe('Before this time (RFC 3339).'),
    endedAfter: time.optional().describe('At this time or after it.'),
    ...PAGE_QUERY,
  },
  answer: { status: 200, says: 'A page of past sessions.', schema: pageOf(PAST_SESSION) },
});

@AdminController()
export class ListHistoryController {
  constructor(
    @Inject(SESSIONS) private readonly sessions: Sessions,
    @Inject(Cursors) private readonly cursors: Cursors,
  ) {}

  @Serves(LIST_HISTORY)
  list(@Input() { query }: InputOf<typeof LIST_HISTORY>): Promise<object> {
    const filters = {
      account: accountOf(query.user),
      peer: query.peer === undefined ? undefined : peerOf(query.peer),
      domain: domainOf(query.domain),
      cause: query.cause,
      endedBeforeMs: query.endedBefore === undefined ? undefined : msOf(query.endedBefore),
      endedAfterMs: query.endedAfter === undefined ? undefined : msOf(query.endedAfter),
    };
    return this.cursors.page(
      { list: LIST_HISTORY.name, filters },
      query,
      (after, most) => this.sessions.history(filters, after as ListPosition | undefined, most),
      ({ position }) => position,
      pastSessionDto,
    );
  }
}

function pastSessionDto(session: PastSession): z.output<typeof PAST_SESSION> {
  const { url, msisdn, text, applicationID } = session.client;
  return {
    id: session.id,
    account: session.account,
    userID: session.userID,
    domain: session.domain,
    client: { url, msisdn, text, applicationID },
    peer: session.peer,
    cspVersion: session.cspVersion,
    startedAt: timeOf(session.startedAtMs),
    endedAt: timeOf(session.endedAtMs),
    cause: session.cause,
    reason: session.reason ?? null,
  };
}
