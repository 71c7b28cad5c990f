import { ATTEMPT_OUTCOMES, DELIVERY_STATES, type PeerLine } from '@sap2/administration';
import { END_CAUSES } from '@sap2/session-core';
import { z } from 'zod';
import { PAGE_QUERY, pageOf, shortText, time } from '../http/fields.js';
import { PEER_NAME } from '../http/names.js';
import { operations } from '../http/operation.js';
import { shown } from '../http/shown.js';

export const DELIVERY = z
  .object({
    id: z.string(),
    state: z
      .enum(DELIVERY_STATES)
      .describe('`none-owed`: the owner logged the user out, so it needs no disconnect.'),
    peer: z.string(),
    sessionID: z.string(),
    userID: z.string(),
    cause: z.enum(END_CAUSES),
    reason: z.string().nullable(),
    transactionID: z.string().describe('The same on every attempt.'),
    attempts: z
      .int()
      .describe('Attempts since the session ended, or since the last retry by an administrator.'),
    lastError: z.string().nullable(),
    createdAt: z.iso.datetime().describe('When the session ended.'),
    dueAt: z.iso
      .datetime()
      .nullable()
      .describe('Time of the next attempt of a pending one, unless its peer is paused or unreachable.'),
    settledAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Delivery' });

export const DELIVERY_DETAILS = DELIVERY.extend({
  lastAttempts: z
    .array(
      z.object({
        at: z.iso.datetime({ offset: true }),
        outcome: z.enum(ATTEMPT_OUTCOMES).describe('`sent`: the peer accepted it, and has not answered yet.'),
        error: z.string().nullable(),
      }),
    )
    .describe('The last ten, oldest first.'),
}).meta({ id: 'DeliveryDetails' });

export const PEER_LINE = z
  .object({
    peer: z.string(),
    paused: z.boolean(),
    pausedAt: z.iso.datetime().nullable(),
    circuit: z
      .enum(['closed', 'open'])
      .describe('`open`: the peer was unreachable. SAP 2 tries it from time to time.'),
    nextTrialAt: z.iso.datetime().nullable(),
    failures: z.int().describe('Failed messages in a row.'),
    lastError: z.string().nullable(),
    lastErrorAt: z.iso.datetime().nullable(),
    pending: z.int(),
    oldestPendingAt: z.iso.datetime().nullable(),
    undelivered: z.int(),
    disconnects: z
      .enum(['supported', 'unsupported', 'on-trial'])
      .describe('`unsupported`: it answered 405. `on-trial`: it has set up an SSP session since.'),
  })
  .meta({ id: 'PeerLine' });

export const peerLineDto = (line: PeerLine) =>
  shown(PEER_LINE, { ...line, paused: line.pausedAtMs !== undefined });

const DELIVERY_FILTER = {
  state: z.enum(DELIVERY_STATES).optional(),
  peer: PEER_NAME.optional(),
  createdBefore: time.optional().describe('Before this time (RFC 3339).'),
  createdAfter: time.optional().describe('At this time or after it.'),
} as const;

const params = { id: shortText.describe('Id of the delivery.') } as const;

/** A change of all that one peer is to be informed of. */
const LINE = {
  noun: 'agreements',
  scope: 'agreements',
  params: { serviceID: PEER_NAME },
  answer: { status: 200, says: 'State of the disconnects to the peer.', schema: PEER_LINE },
} as const;

export const DELIVERIES = operations('deliveries', {
  listDeliveries: {
    command: 'delivery list',
    route: 'GET /deliveries',
    summary: 'Disconnects to peers about ended sessions, pending and past, oldest first.',
    scope: 'read',
    query: { ...DELIVERY_FILTER, ...PAGE_QUERY },
    answer: { status: 200, says: 'A page of deliveries.', schema: pageOf(DELIVERY) },
  },
  getDelivery: {
    command: 'delivery show',
    route: 'GET /deliveries/:id',
    summary: 'A delivery and its last attempts.',
    scope: 'read',
    params,
    answer: { status: 200, says: 'The delivery.', schema: DELIVERY_DETAILS },
  },
  retryDelivery: {
    command: 'delivery retry',
    route: 'POST /deliveries/:id/retry',
    summary: 'Sends it now instead of after its back-off, or again after it was given up or cancelled.',
    description: 'With the same transactionID. If it was given up, it gets a new horizon.',
    scope: 'sessions',
    params,
    answer: { status: 200, says: 'The delivery as it is now.', schema: DELIVERY_DETAILS },
    refusals: [409],
  },
  cancelDelivery: {
    command: 'delivery cancel',
    route: 'POST /deliveries/:id/cancel',
    summary: 'Cancels it.',
    description: 'For a pending or undelivered one. A message in progress may still arrive.',
    scope: 'sessions',
    params,
    answer: { status: 200, says: 'The delivery as it is now.', schema: DELIVERY_DETAILS },
    refusals: [409],
  },
  pauseDeliveries: {
    command: 'delivery pause',
    ...LINE,
    route: 'POST /agreements/:serviceID/pause',
    summary: 'Pauses the disconnects to a peer.',
    description: 'No disconnect is lost. A message in progress is completed. A repetition changes nothing.',
  },
  resumeDeliveries: {
    command: 'delivery resume',
    ...LINE,
    route: 'POST /agreements/:serviceID/resume',
    summary: 'Sends the peer all held disconnects, the oldest first.',
    description: 'The horizon of the held disconnects begins again.',
  },
});
