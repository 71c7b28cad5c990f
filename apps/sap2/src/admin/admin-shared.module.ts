import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import type { Authority } from '../authority/authority.js';
import { AdminRates } from './admin-rates.js';
import { TOKENS } from './bearer-token.guard.js';
import { Callers } from './http/caller.js';
import { IdempotentCreations } from './http/creations.js';
import { Cursors } from './http/cursors.js';

/** What the guard of every operation needs: who asks, how often, and how lists and creations are answered. */
@Module({})
export class AdminSharedModule {
  /** @param instead of what the authority has */
  static of({ config, identity, ports }: Authority, instead: readonly Provider[]): DynamicModule {
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
      providers: [
        { provide: TOKENS, useValue: ports.AdministratorBook },
        { provide: AdminRates, useValue: rates },
        { provide: Callers, useValue: callers },
        ...instead,
      ],
      exports: [TOKENS, AdminRates, Callers],
    };
  }
}
