import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { Config } from '@sap2/config';
import type { IdentityStore } from '@sap2/identity-store';
import type { LiveStore } from '@sap2/live-store';
import type { EventLog } from '@sap2/observability';
import { PEER_TRANSPORT, type UndiciPeerTransport } from '@sap2/peer-link';
import { TlsDoors } from './doors/tls/tls-doors.js';
import type { Stores } from './open-stores.js';
import { ADMINISTRATION_PROVIDERS } from './wiring/administration.js';
import { USER_ADMINISTRATION_PROVIDERS } from './wiring/user-administration.js';
import { AGREEMENT_ADMINISTRATION_PROVIDERS } from './wiring/agreement-administration.js';
import { DOOR_PROVIDERS } from './wiring/doors.js';
import { LOOP_PROVIDERS } from './wiring/loops.js';
import { PEER_PROVIDERS } from './wiring/peers.js';
import { PORT_PROVIDERS } from './wiring/ports.js';
import { STORE_PROVIDERS } from './wiring/stores.js';
import { CONFIG, EVENT_LOG, IDENTITY_STORE, LIVE_STORE, STORES } from './wiring/tokens.js';
import { USE_CASE_PROVIDERS } from './wiring/use-cases.js';

/** The composition root: the authority without a door. Where each port meets its adapter stands in `wiring/ports.ts`. */
@Module({
  providers: [
    ...STORE_PROVIDERS,
    ...PORT_PROVIDERS,
    ...USE_CASE_PROVIDERS,
    ...PEER_PROVIDERS,
    ...LOOP_PROVIDERS,
    ...DOOR_PROVIDERS,
    ...ADMINISTRATION_PROVIDERS,
    ...AGREEMENT_ADMINISTRATION_PROVIDERS,
    ...USER_ADMINISTRATION_PROVIDERS,
  ],
})
export class AppModule implements OnApplicationShutdown {
  constructor(
    @Inject(IDENTITY_STORE) private readonly identity: IdentityStore,
    @Inject(LIVE_STORE) private readonly live: LiveStore,
    @Inject(PEER_TRANSPORT) private readonly transport: UndiciPeerTransport,
  ) {}

  static over(config: Config, stores: Stores, log: EventLog, tls: TlsDoors): DynamicModule {
    return {
      module: AppModule,
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: STORES, useValue: stores },
        { provide: EVENT_LOG, useValue: log },
        { provide: TlsDoors, useValue: tls },
      ],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.transport.close();
    await this.live.close();
    await this.identity.close();
  }
}
