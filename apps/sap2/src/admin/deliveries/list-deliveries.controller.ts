import { Inject } from '@nestjs/common';
import { DELIVERIES, type Deliveries, DELIVERY_STATES, type ListPosition } from '@sap2/administration';
import { z } from 'zod';
import { Cursors } from '../http/cursors.js';
import { msOf, PAGE_QUERY, pageOf, time } from '../http/fields.js';
import { AdminController } from '../admin-controller.js';
import { Input } from '../http/input.js';
import { PEER_NAME, peerOf } from '../http/names.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { DELIVERY, deliveryDto } from './delivery.dto.js';

const LIST_DELIVERIES = operation({
  method: 'GET',
  path: '/deliveries',
  name: 'listDeliveries',
  noun: 'deliveries',
  summary: 'What peers are told or were told about ended sessions, oldest first.',
  scope: 'read',
  query: {
    state: z.enum(DELIVERY_STATES).optional(),
    peer: PEER_NAME.optional(),
    createdBefore: time.optional().describe('Before this time (RFC 3339).'),
    createdAfter: time.optional().describe('At this time or after it.'),
    ...PAGE_QUERY,
  },
  answer: { status: 200, says: 'A page of deliveries.', schema: pageOf(DELIVERY) },
});

@AdminController()
export class ListDeliveriesController {
  constructor(
    @Inject(DELIVERIES) private readonly deliveries: Deliveries,
    @Inject(Cursors) private readonly cursors: Cursors,
  ) {}

  @Serves(LIST_DELIVERIES)
  list(@Input() { query }: InputOf<typeof LIST_DELIVERIES>): Promise<object> {
    const filters = {
      state: query.state,
      peer: query.peer === undefined ? undefined : peerOf(query.peer),
      createdBeforeMs: query.createdBefore === undefined ? undefined : msOf(query.createdBefore),
      createdAfterMs: query.createdAfter === undefined ? undefined : msOf(query.createdAfter),
    };
    return this.cursors.page(
      { list: LIST_DELIVERIES.name, filters },
      query,
      (after, limit) => this.deliveries.page(filters, after as ListPosition | undefined, limit),
      ({ position }) => position,
      deliveryDto,
    );
  }
}
