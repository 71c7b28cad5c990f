import { Inject } from '@nestjs/common';
import { DELIVERIES, type Deliveries } from '@sap2/administration';
import type { z } from 'zod';
import { AdminController } from '../admin-controller.js';
import { Input } from '../http/input.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { rowIDOf } from '../jobs/job.dto.js';
import { DELIVERY_ID, DELIVERY_DETAILS, deliveryDetailsDto, noDelivery } from './delivery.dto.js';

const GET_DELIVERY = operation({
  method: 'GET',
  path: '/deliveries/:id',
  name: 'getDelivery',
  noun: 'deliveries',
  summary: 'A delivery and its last attempts.',
  scope: 'read',
  params: { id: DELIVERY_ID },
  answer: { status: 200, says: 'The delivery.', schema: DELIVERY_DETAILS },
  refusals: [404],
});

@AdminController()
export class GetDeliveryController {
  constructor(@Inject(DELIVERIES) private readonly deliveries: Deliveries) {}

  @Serves(GET_DELIVERY)
  async get(@Input() { params }: InputOf<typeof GET_DELIVERY>): Promise<z.output<typeof DELIVERY_DETAILS>> {
    const id = rowIDOf(params.id);
    const found = id === undefined ? undefined : await this.deliveries.find(id);
    if (found === undefined) throw noDelivery();
    return deliveryDetailsDto(found);
  }
}
