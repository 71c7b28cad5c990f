import type { SessionFilter } from '@sap2/administration';
import { z } from 'zod';
import { msOf, shortText, time } from '../http/fields.js';
import { accountOf, DOMAIN_NAME, domainOf, PEER_NAME, peerOf, USER_NAME } from '../http/names.js';

/** Which live sessions, in a query and in a body; all that is given must be true. */
export const SESSION_FILTER = {
  user: USER_NAME.optional(),
  peer: PEER_NAME.optional(),
  domain: DOMAIN_NAME.optional(),
  client: shortText.optional().describe('Any form of the ClientID: url, msisdn, text or applicationID.'),
  node: shortText.optional().describe('Of the `sapEpoch`, which is `node:incarnation`.'),
  startedBefore: time.optional().describe('Before this time (RFC 3339).'),
  startedAfter: time.optional().describe('At this time or after it.'),
} as const;

export const SESSION_FILTER_OBJECT = z.strictObject(SESSION_FILTER);

export const sessionFilterOf = (given: z.output<typeof SESSION_FILTER_OBJECT>): SessionFilter => ({
  account: accountOf(given.user),
  peer: peerOf(given.peer),
  domain: domainOf(given.domain),
  client: given.client,
  node: given.node,
  startedBeforeMs: msOf(given.startedBefore),
  startedAfterMs: msOf(given.startedAfter),
});
