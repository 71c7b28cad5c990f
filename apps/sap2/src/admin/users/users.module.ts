import { type DynamicModule, Module } from '@nestjs/common';
import { Users } from '@sap2/administration';
import { UsersController } from './users.controller.js';

@Module({})
export class UsersModule {
  static of(service: Users): DynamicModule {
    return {
      module: UsersModule,
      controllers: [UsersController],
      providers: [{ provide: Users, useValue: service }],
    };
  }
}
