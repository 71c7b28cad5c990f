import { type DynamicModule, Module } from '@nestjs/common';
import { Inbox } from './inbox.js';
import { SspController } from './ssp.controller.js';

/** The listener towards peers. */
@Module({ controllers: [SspController] })
export class SspModule {
  static of(inbox: Inbox): DynamicModule {
    return { module: SspModule, providers: [{ provide: Inbox, useValue: inbox }] };
  }
}
