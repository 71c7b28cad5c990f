import { PAGE_QUERY, pageOf } from '../http/fields.js';
import { PEER_NAME } from '../http/names.js';
import { operations } from '../http/operation.js';
import { DELIVERY, DELIVERY_DETAILS, DELIVERY_FILTER, DELIVERY_ID, PEER_LINE } from './delivery.dto.js';

const params = { id: DELIVERY_ID } as const;

/** A change of all that one peer is to be informed of. */
const LINE = {
  method: 'POST',
  noun: 'agreements',
  scope: 'agreements',
  params: { serviceID: PEER_NAME },
  answer: { status: 200, says: 'State of the disconnects to the peer.', schema: PEER_LINE },
  refusals: [404],
} as const;

export const DELIVERIES = operations('deliveries', {
  listDeliveries: {
    command: { noun: 'delivery', verb: 'list' },
    method: 'GET',
    path: '/deliveries',
    summary: 'Disconnects to peers about ended sessions, pending and past, oldest first.',
    scope: 'read',
    query: { ...DELIVERY_FILTER, ...PAGE_QUERY },
    answer: { status: 200, says: 'A page of deliveries.', schema: pageOf(DELIVERY) },
  },
  getDelivery: {
    command: { noun: 'delivery', verb: 'show' },
    method: 'GET',
    path: '/deliveries/:id',
    summary: 'A delivery and its last attempts.',
    scope: 'read',
    params,
    answer: { status: 200, says: 'The delivery.', schema: DELIVERY_DETAILS },
    refusals: [404],
  },
  retryDelivery: {
    command: { noun: 'delivery', verb: 'retry' },
    method: 'POST',
    path: '/deliveries/:id/retry',
    summary: 'Sends it now instead of after its back-off, or again after it was given up or cancelled.',
    description: 'With the same transactionID. If it was given up, it gets a new horizon.',
    scope: 'sessions',
    params,
    answer: { status: 200, says: 'The delivery as it is now.', schema: DELIVERY_DETAILS },
    refusals: [404, 409],
  },
  cancelDelivery: {
    command: { noun: 'delivery', verb: 'cancel' },
    method: 'POST',
    path: '/deliveries/:id/cancel',
    summary: 'Cancels it.',
    description: 'For a pending or undelivered one. A message in progress may still arrive.',
    scope: 'sessions',
    params,
    answer: { status: 200, says: 'The delivery as it is now.', schema: DELIVERY_DETAILS },
    refusals: [404, 409],
  },
  pauseDeliveries: {
    command: { noun: 'delivery', verb: 'pause' },
    ...LINE,
    path: '/agreements/:serviceID/pause',
    summary: 'Pauses the disconnects to a peer.',
    description: 'No disconnect is lost. A message in progress is completed. A repetition changes nothing.',
  },
  resumeDeliveries: {
    command: { noun: 'delivery', verb: 'resume' },
    ...LINE,
    path: '/agreements/:serviceID/resume',
    summary: 'Sends the peer all held disconnects, the oldest first.',
    description: 'The horizon of the held disconnects begins again.',
  },
});
