import { Inject } from '@nestjs/common';
import { Deliveries, type ListPosition } from '@sap2/administration';
import { AdminController } from '../admin-controller.js';
import { Asked, type Call } from '../http/call.js';
import type { Page } from '../http/cursors.js';
import { peerOf, rowIDOf } from '../http/names.js';
import { Serves } from '../http/operation.js';
import { found, wished } from '../http/outcomes.js';
import { Problem } from '../problem.filter.js';
import {
  DELIVERY_REFUSALS,
  type DeliveryDetailsDto,
  deliveryDetailsDto,
  type DeliveryDto,
  deliveryDto,
  deliveryFilterOf,
  noDelivery,
  type PeerLineDto,
  peerLineDto,
} from './delivery.dto.js';
import { DELIVERIES } from './deliveries.operations.js';

@AdminController()
export class DeliveriesController {
  constructor(@Inject(Deliveries) private readonly deliveries: Deliveries) {}

  @Serves(DELIVERIES.listDeliveries)
  list(@Asked() call: Call<typeof DELIVERIES.listDeliveries>): Promise<Page<DeliveryDto>> {
    const filter = deliveryFilterOf(call.query);
    return call.page(
      filter,
      (after, limit) => this.deliveries.page(filter, after as ListPosition | undefined, limit),
      ({ position }) => position,
      deliveryDto,
    );
  }

  @Serves(DELIVERIES.getDelivery)
  async get(@Asked() { params }: Call<typeof DELIVERIES.getDelivery>): Promise<DeliveryDetailsDto> {
    return deliveryDetailsDto(found(await this.deliveries.find(idOf(params)), noDelivery));
  }

  @Serves(DELIVERIES.retryDelivery)
  async retry(
    @Asked() { actor, params }: Call<typeof DELIVERIES.retryDelivery>,
  ): Promise<DeliveryDetailsDto> {
    const change = await this.deliveries.retry(actor, idOf(params));
    return deliveryDetailsDto(wished(change, 'changed', DELIVERY_REFUSALS).details);
  }

  @Serves(DELIVERIES.cancelDelivery)
  async cancel(
    @Asked() { actor, params }: Call<typeof DELIVERIES.cancelDelivery>,
  ): Promise<DeliveryDetailsDto> {
    const change = await this.deliveries.cancel(actor, idOf(params));
    return deliveryDetailsDto(wished(change, 'changed', DELIVERY_REFUSALS).details);
  }

  @Serves(DELIVERIES.pauseDeliveries)
  async pause(@Asked() { actor, params }: Call<typeof DELIVERIES.pauseDeliveries>): Promise<PeerLineDto> {
    return peerLineDto(found(await this.deliveries.pause(actor, peerOf(params.serviceID)), noAgreement));
  }

  @Serves(DELIVERIES.resumeDeliveries)
  async resume(@Asked() { actor, params }: Call<typeof DELIVERIES.resumeDeliveries>): Promise<PeerLineDto> {
    return peerLineDto(found(await this.deliveries.resume(actor, peerOf(params.serviceID)), noAgreement));
  }
}

const idOf = (params: { readonly id: string }): string => found(rowIDOf(params), noDelivery);

const noAgreement = (): Problem => new Problem(404, 'There is no such agreement.');
