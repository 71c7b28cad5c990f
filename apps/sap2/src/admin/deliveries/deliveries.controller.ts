import { Inject } from '@nestjs/common';
import {
  Deliveries,
  type Delivery,
  type DeliveryDetails,
  type DeliveryState,
  type ListPosition,
} from '@sap2/administration';
import { AdminController } from '../admin-controller.js';
import { Asked, type Call } from '../http/call.js';
import { msOf } from '../http/fields.js';
import { peerOf, rowIDOf } from '../http/names.js';
import { Serves } from '../http/serves.js';
import { found, wished } from '../http/outcomes.js';
import { shown } from '../http/shown.js';
import { Problem } from '../problem.filter.js';
import { DELIVERIES, DELIVERY, DELIVERY_DETAILS, peerLineDto } from './deliveries.operations.js';

@AdminController()
export class DeliveriesController {
  constructor(@Inject(Deliveries) private readonly deliveries: Deliveries) {}

  @Serves(DELIVERIES.listDeliveries)
  list(@Asked() call: Call<typeof DELIVERIES.listDeliveries>) {
    const { state, peer, createdBefore, createdAfter } = call.query;
    const times = { createdBeforeMs: msOf(createdBefore), createdAfterMs: msOf(createdAfter) };
    const filter = { state, peer: peerOf(peer), ...times };
    return call.page(
      filter,
      (after, limit) => this.deliveries.book.page(filter, after as ListPosition | undefined, limit),
      ({ position }) => position,
      (delivery: Delivery) => shown(DELIVERY, delivery),
    );
  }

  @Serves(DELIVERIES.getDelivery)
  async get(@Asked() { params }: Call<typeof DELIVERIES.getDelivery>) {
    return detailsDto(found(await this.deliveries.book.find(idOf(params)), unknown));
  }

  @Serves(DELIVERIES.retryDelivery)
  async retry(@Asked() { actor, params }: Call<typeof DELIVERIES.retryDelivery>) {
    const change = await this.deliveries.book.retry(actor, idOf(params));
    return detailsDto(wished(change, 'changed', REFUSALS).details);
  }

  @Serves(DELIVERIES.cancelDelivery)
  async cancel(@Asked() { actor, params }: Call<typeof DELIVERIES.cancelDelivery>) {
    const change = await this.deliveries.book.cancel(actor, idOf(params));
    return detailsDto(wished(change, 'changed', REFUSALS).details);
  }

  @Serves(DELIVERIES.pauseDeliveries)
  async pause(@Asked() { actor, params }: Call<typeof DELIVERIES.pauseDeliveries>) {
    return peerLineDto(found(await this.deliveries.pause(actor, peerOf(params.serviceID)), noAgreement));
  }

  @Serves(DELIVERIES.resumeDeliveries)
  async resume(@Asked() { actor, params }: Call<typeof DELIVERIES.resumeDeliveries>) {
    return peerLineDto(found(await this.deliveries.resume(actor, peerOf(params.serviceID)), noAgreement));
  }
}

const detailsDto = (delivery: DeliveryDetails) => {
  const lastAttempts = delivery.lastAttempts.map(({ error, ...rest }) => ({ ...rest, error: error ?? null }));
  return shown(DELIVERY_DETAILS, { ...delivery, lastAttempts });
};

const idOf = (params: { readonly id: string }): string => found(rowIDOf(params), unknown);

const unknown = (): Problem => new Problem(404, 'No delivery has this id.');
const noAgreement = (): Problem => new Problem(404, 'There is no such agreement.');

const REFUSALS = {
  unknown,
  settled: ({ state }: { readonly state: DeliveryState }) =>
    new Problem(409, `The delivery is ${state}, and stays so.`),
} as const;
