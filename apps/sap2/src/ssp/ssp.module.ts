import { type DynamicModule, type INestApplicationContext, Module } from '@nestjs/common';
import { share } from '../doors/share.js';
import { MEASURES } from '../wiring/tokens.js';
import { Inbox } from './inbox.js';
import { SspController } from './ssp.controller.js';

/** The door towards peers. */
@Module({})
export class SspModule {
  static over(authority: INestApplicationContext): DynamicModule {
    return {
      module: SspModule,
      controllers: [SspController],
      providers: share(authority, [Inbox, MEASURES]),
    };
  }
}
