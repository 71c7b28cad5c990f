import type { UserSession } from '@sap2/session-core';
import { z } from 'zod';
import { shortText, timeOf } from '../http/fields.js';

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

export function sessionDto(session: UserSession): SessionDto {
  const { url, msisdn, text, applicationID } = session.client;
  return {
    id: session.id,
    account: session.account,
    userID: session.userID,
    domain: session.domain,
    client: { url, msisdn, text, applicationID },
    peer: session.peer,
    keepAliveTimeS: session.keepAliveTimeS,
    cspVersion: session.cspVersion,
    agreedServices: [...session.agreedServices],
    startedAt: timeOf(session.startedAtMs),
  };
}
