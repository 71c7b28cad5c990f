import { type DynamicModule, Module } from '@nestjs/common';
import type { Authority } from '../authority/authority.js';
import { Elements } from './elements.js';
import { EventsController } from './events.controller.js';
import { LiveSessionsController } from './live-sessions.controller.js';
import { SharedSignals } from './shared-signals/shared-signals.js';
import { StreamsController } from './shared-signals/streams.controller.js';
import { TransmitterController } from './shared-signals/transmitter.controller.js';

/** What service elements read, beside the administrators' operations or on a listener of its own. */
@Module({})
export class ElementsModule {
  static of({ elements, sharedSignals }: Authority): DynamicModule {
    return {
      module: ElementsModule,
      controllers: [EventsController, LiveSessionsController, StreamsController, TransmitterController],
      providers: [
        { provide: Elements, useValue: elements },
        { provide: SharedSignals, useValue: sharedSignals },
      ],
    };
  }
}
