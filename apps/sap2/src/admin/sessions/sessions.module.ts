import { type DynamicModule, Module } from '@nestjs/common';
import { Sessions } from '@sap2/administration';
import { SessionsController } from './sessions.controller.js';

@Module({})
export class SessionsModule {
  static of(service: Sessions): DynamicModule {
    return {
      module: SessionsModule,
      controllers: [SessionsController],
      providers: [{ provide: Sessions, useValue: service }],
    };
  }
}
