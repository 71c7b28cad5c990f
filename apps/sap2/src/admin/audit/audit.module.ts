import { type DynamicModule, Module } from '@nestjs/common';
import { AUDIT, type Audit } from '@sap2/administration';
import { AuditController } from './audit.controller.js';

@Module({})
export class AuditModule {
  static of(audit: Audit): DynamicModule {
    return {
      module: AuditModule,
      controllers: [AuditController],
      providers: [{ provide: AUDIT, useValue: audit }],
    };
  }
}
