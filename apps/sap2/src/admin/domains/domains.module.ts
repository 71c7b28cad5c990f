import { type DynamicModule, Module } from '@nestjs/common';
import { Domains } from '@sap2/administration';
import { DomainsController } from './domains.controller.js';

@Module({})
export class DomainsModule {
  static of(service: Domains): DynamicModule {
    return {
      module: DomainsModule,
      controllers: [DomainsController],
      providers: [{ provide: Domains, useValue: service }],
    };
  }
}
