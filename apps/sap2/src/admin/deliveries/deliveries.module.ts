import { type DynamicModule, Module } from '@nestjs/common';
import { Deliveries } from '@sap2/administration';
import { DeliveriesController } from './deliveries.controller.js';

@Module({})
export class DeliveriesModule {
  static of(service: Deliveries): DynamicModule {
    return {
      module: DeliveriesModule,
      controllers: [DeliveriesController],
      providers: [{ provide: Deliveries, useValue: service }],
    };
  }
}
