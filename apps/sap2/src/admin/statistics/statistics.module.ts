import { type DynamicModule, Module } from '@nestjs/common';
import { Statistics } from '@sap2/administration';
import { StatisticsController } from './statistics.controller.js';

@Module({})
export class StatisticsModule {
  static of(service: Statistics): DynamicModule {
    return {
      module: StatisticsModule,
      controllers: [StatisticsController],
      providers: [{ provide: Statistics, useValue: service }],
    };
  }
}
