import { type DynamicModule, Module } from '@nestjs/common';
import type { Authority } from '../authority/authority.js';
import { Elements } from './elements.js';
import { EventsController } from './events.controller.js';
import { LiveSessionsController } from './live-sessions.controller.js';

/** What service elements read, beside the administrators' operations or on a listener of its own. */
@Module({})
export class ElementsModule {
  static of({ elements }: Authority): DynamicModule {
    return {
      module: ElementsModule,
      controllers: [EventsController, LiveSessionsController],
      providers: [{ provide: Elements, useValue: elements }],
    };
  }
}
