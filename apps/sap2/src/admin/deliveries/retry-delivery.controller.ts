import { Inject } from '@nestjs/common';
import { type Actor, DELIVERIES, type Deliveries } from '@sap2/administration';
import type { z } from 'zod';
import { By } from '../http/caller.js';
import { AdminController } from '../admin-controller.js';
import { Input } from '../http/input.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { rowIDOf } from '../jobs/job.dto.js';
import { DELIVERY_ID, changedDelivery, DELIVERY_DETAILS, noDelivery } from './delivery.dto.js';

const RETRY_DELIVERY = operation({
  method: 'POST',
  path: '/deliveries/:id/retry',
  name: 'retryDelivery',
  noun: 'deliveries',
  summary: 'Tells it now rather than after its back-off, or again after it was given up or cancelled.',
  description: 'With the same transactionID, and a new horizon where it was given up.',
  scope: 'sessions',
  params: { id: DELIVERY_ID },
  answer: { status: 200, says: 'The delivery as it is now.', schema: DELIVERY_DETAILS },
  refusals: [404, 409],
});

@AdminController()
export class RetryDeliveryController {
  constructor(@Inject(DELIVERIES) private readonly deliveries: Deliveries) {}

  @Serves(RETRY_DELIVERY)
  async retry(
    @Input() { params }: InputOf<typeof RETRY_DELIVERY>,
    @By() actor: Actor,
  ): Promise<z.output<typeof DELIVERY_DETAILS>> {
    const id = rowIDOf(params.id);
    if (id === undefined) throw noDelivery();
    return changedDelivery(await this.deliveries.retry(actor, id));
  }
}
