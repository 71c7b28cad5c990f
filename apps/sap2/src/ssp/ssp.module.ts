import { type DynamicModule, Module } from '@nestjs/common';
import { BodiesUnderWay } from '../listeners/bodies-under-way.js';
import { ConnectionLimits } from '../listeners/connection-limits.js';
import type { Answer, Arrived } from './message/message.js';
import { SspController } from './ssp.controller.js';
import type { Run } from './steps.js';
import { PIPELINE } from './pipeline.token.js';

/** The listener towards peers. */
@Module({ controllers: [SspController] })
export class SspModule {
  static of(
    pipeline: Run<Arrived, Answer>,
    connections: ConnectionLimits,
    bodies: BodiesUnderWay,
  ): DynamicModule {
    return {
      module: SspModule,
      providers: [
        { provide: PIPELINE, useValue: pipeline },
        { provide: ConnectionLimits, useValue: connections },
        { provide: BodiesUnderWay, useValue: bodies },
      ],
    };
  }
}
