import { type DynamicModule, Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { PrometheusMeasures } from '@sap2/observability';
import type { Authority } from '../authority/authority.js';
import { HealthController, PROBED } from './health.controller.js';
import { MetricsController } from './metrics.controller.js';
import { SampledReadings } from './sampled-readings.js';

/** What orchestrators and Prometheus ask, without a token. */
@Module({})
export class HealthModule {
  static of(authority: Authority): DynamicModule {
    return {
      module: HealthModule,
      imports: [TerminusModule.forRoot({ logger: false })],
      controllers: [HealthController, MetricsController],
      providers: [
        { provide: PROBED, useValue: authority },
        { provide: SampledReadings, useValue: new SampledReadings(authority, authority.log) },
        { provide: PrometheusMeasures, useValue: authority.measures },
      ],
    };
  }
}
