import {
  ATTEMPT_OUTCOMES,
  type Delivery,
  type DeliveryDetails,
  type DeliveryFilter,
  type DeliveryState,
  DELIVERY_STATES,
  type PeerLine,
} from '@sap2/administration';
import { END_CAUSES } from '@sap2/session-core';
import { z } from 'zod';
import { msOf, shortText, time, timeOf, timeOrNull } from '../http/fields.js';
import { PEER_NAME, peerOf } from '../http/names.js';
import { Problem } from '../problem.filter.js';

export const DELIVERY_ID = shortText.describe('Id of the delivery.');

export const DELIVERY = z.object({
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
});

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
});

export const PEER_LINE = z.object({
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
});

export type DeliveryDto = z.output<typeof DELIVERY>;
export type DeliveryDetailsDto = z.output<typeof DELIVERY_DETAILS>;
export type PeerLineDto = z.output<typeof PEER_LINE>;

export const deliveryDto = (delivery: Delivery): DeliveryDto => ({
  id: delivery.id,
  state: delivery.state,
  peer: delivery.peer,
  sessionID: delivery.sessionID,
  userID: delivery.userID,
  cause: delivery.cause,
  reason: delivery.reason ?? null,
  transactionID: delivery.transactionID,
  attempts: delivery.attempts,
  lastError: delivery.lastError ?? null,
  createdAt: timeOf(delivery.createdAtMs),
  dueAt: timeOrNull(delivery.dueAtMs),
  settledAt: timeOrNull(delivery.settledAtMs),
});

export const deliveryDetailsDto = ({ delivery, lastAttempts }: DeliveryDetails): DeliveryDetailsDto => ({
  ...deliveryDto(delivery),
  lastAttempts: lastAttempts.map(({ at, outcome, error }) => ({ at, outcome, error: error ?? null })),
});

export const peerLineDto = (line: PeerLine): PeerLineDto => ({
  peer: line.peer,
  paused: line.pausedAtMs !== undefined,
  pausedAt: timeOrNull(line.pausedAtMs),
  circuit: line.circuit,
  nextTrialAt: timeOrNull(line.nextTrialAtMs),
  failures: line.failures,
  lastError: line.lastError ?? null,
  lastErrorAt: timeOrNull(line.lastErrorAtMs),
  pending: line.pending,
  oldestPendingAt: timeOrNull(line.oldestPendingAtMs),
  undelivered: line.undelivered,
  disconnects: line.disconnects,
});

export const noDelivery = (): Problem => new Problem(404, 'No delivery has this id.');

/** What an act on deliveries is refused with. */
export const DELIVERY_REFUSALS = {
  unknown: noDelivery,
  settled: ({ state }: { readonly state: DeliveryState }) =>
    new Problem(409, `The delivery is ${state}, and stays so.`),
} as const;

export const DELIVERY_FILTER = {
  state: z.enum(DELIVERY_STATES).optional(),
  peer: PEER_NAME.optional(),
  createdBefore: time.optional().describe('Before this time (RFC 3339).'),
  createdAfter: time.optional().describe('At this time or after it.'),
} as const;

export const deliveryFilterOf = (given: z.output<z.ZodObject<typeof DELIVERY_FILTER>>): DeliveryFilter => ({
  state: given.state,
  peer: peerOf(given.peer),
  createdBeforeMs: msOf(given.createdBefore),
  createdAfterMs: msOf(given.createdAfter),
});
