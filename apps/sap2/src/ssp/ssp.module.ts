import { type DynamicModule, Module } from '@nestjs/common';
import { BodiesUnderWay } from '../doors/bodies-under-way.js';
import { ConnectionLimits } from '../doors/connection-limits.js';
import { Inbox } from './inbox.js';
import { SspController } from './ssp.controller.js';

/** The listener towards peers. */
@Module({ controllers: [SspController] })
export class SspModule {
  static of(inbox: Inbox, connections: ConnectionLimits, bodies: BodiesUnderWay): DynamicModule {
    return {
      module: SspModule,
      providers: [
        { provide: Inbox, useValue: inbox },
        { provide: ConnectionLimits, useValue: connections },
        { provide: BodiesUnderWay, useValue: bodies },
      ],
    };
  }
}
