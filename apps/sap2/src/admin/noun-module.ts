import { type DynamicModule, type InjectionToken, Module, type Type } from '@nestjs/common';

/** The feature module of one noun: `UsersModule.of(users)`. */
interface NounModule<Service> {
  of(service: Service): DynamicModule;
}

/**
 * @param token of the one service that the controllers are given
 * @param controllers serve the operations of the noun
 */
export function nounModule<Service extends object>(
  token: InjectionToken<Service>,
  ...controllers: Type[]
): NounModule<Service> {
  @Module({})
  class FeatureModule {
    static of(service: Service): DynamicModule {
      const providers = [{ provide: token, useValue: service }];
      return { module: FeatureModule, controllers, providers };
    }
  }
  return FeatureModule;
}
