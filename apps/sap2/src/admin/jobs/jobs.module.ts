import { type DynamicModule, Module } from '@nestjs/common';
import { Jobs } from '@sap2/administration';
import { JobsController } from './jobs.controller.js';

@Module({})
export class JobsModule {
  static of(service: Jobs): DynamicModule {
    return {
      module: JobsModule,
      controllers: [JobsController],
      providers: [{ provide: Jobs, useValue: service }],
    };
  }
}
