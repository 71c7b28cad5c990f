import { type DynamicModule, Module } from '@nestjs/common';
import { Stores } from '@sap2/administration';
import { StoresController } from './stores.controller.js';

@Module({})
export class StoresModule {
  static of(service: Stores): DynamicModule {
    return {
      module: StoresModule,
      controllers: [StoresController],
      providers: [{ provide: Stores, useValue: service }],
    };
  }
}
