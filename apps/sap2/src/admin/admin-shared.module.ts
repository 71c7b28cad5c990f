import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import type { Authority } from '../authority/authority.js';
import { AdminRates } from './admin-rates.js';
import { ConsoleSessions } from '@sap2/administration';
import { ConsoleController } from './console/console.controller.js';
import { ConsoleRequests } from './console/console-requests.js';
import { TOKENS } from './bearer-token.guard.js';
import { Callers } from './http/caller.js';
import { IdempotentCreations } from './http/creations.js';
import { Cursors } from './http/cursors.js';

/** What the guard of every operation needs: who asks, how often, and how lists and creations are answered. */
@Module({})
export class AdminSharedModule {
  /** @param instead of what the authority has */
  static of(
    { config, identity, ports, administration }: Authority,
    instead: readonly Provider[],
  ): DynamicModule {
    const rates = new AdminRates({
      requestsPerSecond: config.adminRequestsPerSecond,
      failuresPerMinute: config.adminFailuresPerMinute,
    });
    const { vault } = identity;
    const callers = new Callers(
      vault.deriveKey('creations'),
      new Cursors(vault.deriveKey('cursors')),
      new IdempotentCreations(ports.Creations),
    );
    return {
      module: AdminSharedModule,
      global: true,
      controllers: [ConsoleController],
      providers: [
        { provide: TOKENS, useValue: ports.AdministratorBook },
        { provide: AdminRates, useValue: rates },
        { provide: Callers, useValue: callers },
        { provide: ConsoleSessions, useValue: administration.consoleSessions },
        ConsoleRequests,
        ...instead,
      ],
      exports: [TOKENS, AdminRates, Callers, ConsoleRequests],
    };
  }
}
