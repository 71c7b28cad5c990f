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
  answer: { status: 200, says: 'How it stands with telling the peer.', schema: PEER_LINE },
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
    summary: 'Tells it now rather than after its back-off, or again after it was given up or cancelled.',
    description: 'With the same transactionID, and a new horizon where it was given up.',
    scope: 'sessions',
    params,
    answer: { status: 200, says: 'The delivery as it is now.', schema: DELIVERY_DETAILS },
    refusals: [404, 409],
  },
  cancelDelivery: {
    command: { noun: 'delivery', verb: 'cancel' },
    method: 'POST',
    path: '/deliveries/:id/cancel',
    summary: 'Tells it no more.',
    description: 'Of a pending or undelivered one; a message that is under way may still arrive.',
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
    description:
      'Nothing is dropped. A message that is under way is finished; doing it again changes nothing.',
  },
  resumeDeliveries: {
    command: { noun: 'delivery', verb: 'resume' },
    ...LINE,
    path: '/agreements/:serviceID/resume',
    summary: 'Tells the peer all that was held, oldest first.',
    description: 'The horizon of what was held begins anew.',
  },
});
