import type { INestApplicationContext, InjectionToken, Provider } from '@nestjs/common';

/** Hands instances of the composition root to a door: each listener is a Nest application of its own, over one authority. */
export function share(from: INestApplicationContext, tokens: readonly InjectionToken[]): Provider[] {
  return tokens.map((provide) => ({ provide, useValue: from.get<unknown>(provide) }));
}
