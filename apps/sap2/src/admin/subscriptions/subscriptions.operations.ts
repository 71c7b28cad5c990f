import {
  DISABLED_CAUSES,
  SUBSCRIPTION_DELIVERY_STATES,
  subscriptionChanges,
  subscriptionFields,
} from '@sap2/administration';
import { EVENT_TYPES } from '@sap2/event-feed';
import { z } from 'zod';
import { PAGE_QUERY, pageOf, shortText } from '../http/fields.js';
import { operations } from '../http/operation.js';

const USUAL_OVERLAP_S = 86_400;
const LONGEST_OVERLAP_S = 2_592_000;

export const SUBSCRIPTION = z
  .object({
    id: z.string(),
    name: z.string(),
    url: z.string(),
    types: z.array(z.enum(EVENT_TYPES)),
    domains: z.array(z.string()),
    format: z.enum(['events']),
    batch: z.int(),
    enabled: z.boolean(),
    disabledBecause: z.enum(DISABLED_CAUSES).nullable().describe('`gone`: the receiver answered 410.'),
    position: z
      .string()
      .describe('All events up to it are settled, or they belong to a pending or skipped message.'),
    failures: z.int().describe('Messages that failed in a row.'),
    failingSince: z.iso.datetime().nullable(),
    nextAttemptAt: z.iso.datetime().nullable().describe('Null: no attempt has failed.'),
    lastError: z.string().nullable(),
    lastErrorAt: z.iso.datetime().nullable(),
    missedAt: z.iso
      .datetime()
      .nullable()
      .describe('Last time that events were dropped before they were delivered.'),
    previousSecretUntil: z.iso
      .datetime()
      .nullable()
      .describe('Until then each message also has a signature of the previous secret.'),
    undelivered: z.int().describe('Undelivered events.'),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Subscription' });

export const WITH_SECRET = SUBSCRIPTION.extend({
  secret: z
    .string()
    .nullable()
    .describe('`whsec_` and 32 bytes as base64. Only the first answer has it; null in a repeated answer.'),
}).meta({ id: 'SubscriptionWithSecret' });

export const SUBSCRIPTION_DELIVERY = z
  .object({
    id: z.string(),
    state: z
      .enum(SUBSCRIPTION_DELIVERY_STATES)
      .describe('`skipped`: its events are kept no longer, or the subscription wants none of them any more.'),
    webhookID: z
      .string()
      .describe('The header `webhook-id`. For a message of one event it is the id of the event.'),
    position: z.string().describe('Position of its last event.'),
    events: z.int(),
    eventAt: z.iso.datetime().describe('Time of its first event.'),
    attempts: z.int(),
    lastStatus: z.int().nullable().describe('HTTP status; null: no answer.'),
    lastError: z.string().nullable(),
    createdAt: z.iso.datetime(),
    lastAttemptAt: z.iso.datetime().nullable(),
    settledAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'SubscriptionDelivery' });

const ONE = {
  scope: 'agreements',
  params: { id: shortText.describe('Id of the subscription.') },
} as const;
const AS_IT_IS_NOW = { status: 200, says: 'The subscription as it is now.', schema: SUBSCRIPTION } as const;

export const SUBSCRIPTIONS = operations('subscriptions', {
  createSubscription: {
    command: { name: 'subscription create', places: ['name'] },
    route: 'POST /subscriptions',
    summary: 'Creates a webhook subscription and its secret.',
    description:
      'It gets the events from now on. Only this answer has the secret. If the answer is lost, replace the secret. ' +
      '409: there are 100 subscriptions already. 422: the format is not enabled.',
    scope: 'agreements',
    body: z.strictObject(subscriptionFields).meta({ id: 'NewSubscription' }),
    answer: { status: 201, says: 'The subscription with its secret.', schema: WITH_SECRET },
    refusals: [404, 409],
    creates: true,
  },
  listSubscriptions: {
    command: 'subscription list',
    route: 'GET /subscriptions',
    summary: 'The webhook subscriptions, the oldest first.',
    scope: 'elements',
    query: PAGE_QUERY,
    answer: { status: 200, says: 'A page of subscriptions.', schema: pageOf(SUBSCRIPTION) },
  },
  getSubscription: {
    command: 'subscription show',
    ...ONE,
    route: 'GET /subscriptions/:id',
    summary: 'One subscription and how its delivery stands.',
    scope: 'elements',
    answer: { status: 200, says: 'The subscription.', schema: SUBSCRIPTION },
  },
  changeSubscription: {
    command: 'subscription change',
    ...ONE,
    route: 'PATCH /subscriptions/:id',
    summary: 'Changes a subscription.',
    description: 'Fields that are left out stay. A message in progress may still go to the previous URL.',
    body: z.strictObject(subscriptionChanges).meta({ id: 'SubscriptionChange' }),
    answer: AS_IT_IS_NOW,
    refusals: [422],
    changes: true,
  },
  deleteSubscription: {
    command: 'subscription delete',
    ...ONE,
    route: 'DELETE /subscriptions/:id',
    summary: 'Ends a subscription for good.',
    description: 'Its deliveries are removed with it.',
    answer: { status: 204, says: 'It is deleted.' },
    changes: true,
  },
  enableSubscription: {
    command: 'subscription enable',
    ...ONE,
    route: 'POST /subscriptions/:id/enable',
    summary: 'Goes on with the events after the last position.',
    description: 'If it is enabled already, nothing changes.',
    answer: AS_IT_IS_NOW,
    changes: true,
  },
  disableSubscription: {
    command: 'subscription disable',
    ...ONE,
    route: 'POST /subscriptions/:id/disable',
    summary: 'Pauses a subscription.',
    description:
      'No event is lost while the service keeps it. A message in progress is completed. A repetition changes nothing.',
    answer: AS_IT_IS_NOW,
    changes: true,
  },
  testSubscription: {
    command: 'subscription test',
    ...ONE,
    route: 'POST /subscriptions/:id/test',
    summary: 'Sends a test event and reports the answer.',
    description:
      'The event has the type `subscription.test`. It is signed like any other, is sent once, and works for a disabled subscription too.',
    answer: {
      status: 200,
      says: 'The result, successful or not.',
      schema: z.object({
        outcome: z.enum(['acknowledged', 'failed', 'gone']),
        httpStatus: z.int().nullable(),
        error: z.string().nullable(),
      }),
    },
  },
  replaceSubscriptionSecret: {
    command: 'subscription secret',
    ...ONE,
    route: 'POST /subscriptions/:id/secret',
    summary: 'Replaces the secret of a subscription.',
    description: 'During the overlap each message has two signatures, one of each secret.',
    body: z.strictObject({
      overlapS: z
        .int()
        .min(0)
        .max(LONGEST_OVERLAP_S)
        .default(USUAL_OVERLAP_S)
        .describe('Seconds; 0: no overlap.'),
    }),
    answer: { status: 200, says: 'The subscription with its new secret.', schema: WITH_SECRET },
  },
  replaySubscription: {
    command: 'subscription replay',
    ...ONE,
    route: 'POST /subscriptions/:id/replay',
    summary: 'Delivers events again.',
    description:
      'With `after`: all events after this position, in their order. With `undelivered`: only the undelivered ones. ' +
      '409: the position is ahead of the subscription, so events would be left out.',
    body: z
      .strictObject({
        after: shortText.optional().describe('A position that this service gave.'),
        undelivered: z.literal(true).optional().describe('All undelivered events of the subscription.'),
      })
      .refine(
        ({ after, undelivered }) => (after === undefined) !== (undelivered === undefined),
        'must have either `after` or `undelivered`',
      ),
    answer: AS_IT_IS_NOW,
    refusals: [409],
  },
  listSubscriptionDeliveries: {
    command: 'subscription deliveries',
    ...ONE,
    route: 'GET /subscriptions/:id/deliveries',
    summary: 'Messages of a subscription, the newest first.',
    description:
      'The service keeps the last 1000 messages, and each message that is pending or can be replayed.',
    scope: 'elements',
    query: { state: z.enum(SUBSCRIPTION_DELIVERY_STATES).optional(), ...PAGE_QUERY },
    answer: { status: 200, says: 'A page of messages.', schema: pageOf(SUBSCRIPTION_DELIVERY) },
  },
});
