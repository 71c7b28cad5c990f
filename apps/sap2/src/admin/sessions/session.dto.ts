import type { HistoryFilter, PastSession } from '@sap2/administration';
import { END_CAUSES, parseUserSessionID, type UserSession, type UserSessionID } from '@sap2/session-core';
import { z } from 'zod';
import { msOf, shortText, time, timeOf } from '../http/fields.js';
import { accountOf, DOMAIN_NAME, domainOf, PEER_NAME, peerOf, USER_NAME } from '../http/names.js';
import { Problem } from '../problem.filter.js';

export const SESSION_ID = shortText.describe('The session, by its plain id.');

/** A live session as administrators see it. */
export const SESSION = z.object({
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
});

export type SessionDto = z.output<typeof SESSION>;

const bornDto = (session: UserSession | PastSession) => {
  const { url, msisdn, text, applicationID } = session.client;
  return {
    id: session.id,
    account: session.account,
    userID: session.userID,
    domain: session.domain,
    client: { url, msisdn, text, applicationID },
    peer: session.peer,
  };
};

export const sessionDto = (session: UserSession): SessionDto => ({
  ...bornDto(session),
  keepAliveTimeS: session.keepAliveTimeS,
  cspVersion: session.cspVersion,
  agreedServices: [...session.agreedServices],
  startedAt: timeOf(session.startedAtMs),
});

/** A session that ended. */
export const PAST_SESSION = SESSION.omit({ keepAliveTimeS: true, agreedServices: true }).extend({
  endedAt: z.iso.datetime(),
  cause: z.enum(END_CAUSES),
  reason: z.string().nullable(),
});

export type PastSessionDto = z.output<typeof PAST_SESSION>;

export const pastSessionDto = (session: PastSession): PastSessionDto => ({
  ...bornDto(session),
  cspVersion: session.cspVersion,
  startedAt: timeOf(session.startedAtMs),
  endedAt: timeOf(session.endedAtMs),
  cause: session.cause,
  reason: session.reason ?? null,
});

export const HISTORY_FILTER = {
  user: USER_NAME.optional(),
  peer: PEER_NAME.optional(),
  domain: DOMAIN_NAME.optional(),
  cause: z.enum(END_CAUSES).optional(),
  endedBefore: time.optional().describe('Before this time (RFC 3339).'),
  endedAfter: time.optional().describe('At this time or after it.'),
} as const;

export const historyFilterOf = (given: z.output<z.ZodObject<typeof HISTORY_FILTER>>): HistoryFilter => ({
  account: accountOf(given.user),
  peer: peerOf(given.peer),
  domain: domainOf(given.domain),
  cause: given.cause,
  endedBeforeMs: msOf(given.endedBefore),
  endedAfterMs: msOf(given.endedAfter),
});

export const noSession = (): Problem => new Problem(404, 'No live session has this id.');

/** @throws Problem 404 for what is not the id of a session */
export function sessionIDOf({ id }: { readonly id: string }): UserSessionID {
  const parsed = parseUserSessionID(id);
  if (parsed === undefined) throw noSession();
  return parsed;
}
