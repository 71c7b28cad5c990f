import { type DynamicModule, Module } from '@nestjs/common';
import { Administrators } from '@sap2/administration';
import { AdministratorsController } from './administrators.controller.js';

@Module({})
export class AdministratorsModule {
  static of(service: Administrators): DynamicModule {
    return {
      module: AdministratorsModule,
      controllers: [AdministratorsController],
      providers: [{ provide: Administrators, useValue: service }],
    };
  }
}
