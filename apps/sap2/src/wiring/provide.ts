import type { FactoryProvider, InjectionToken } from '@nestjs/common';

/** A provider made by a factory: `provide(Token, (a: A, b: B) => …, A, B)`. */
export function provide<Needs extends readonly unknown[], T>(
  token: InjectionToken,
  make: (...needs: Needs) => T,
  ...inject: { [K in keyof Needs]: InjectionToken }
): FactoryProvider<T> {
  return { provide: token, useFactory: make, inject: [...inject] };
}
