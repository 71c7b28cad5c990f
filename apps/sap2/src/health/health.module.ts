import { type DynamicModule, Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { PrometheusMeasures } from '@sap2/observability';
import type { Authority } from '../authority/authority.js';
import { HealthController } from './health.controller.js';
import { HealthProbes } from './health-probes.js';
import { MetricsController } from './metrics.controller.js';
import { SampledReadings } from './sampled-readings.js';

/** What orchestrators and Prometheus ask, without a token. */
@Module({})
export class HealthModule {
  static of({ health, measures }: Authority): DynamicModule {
    return {
      module: HealthModule,
      imports: [TerminusModule.forRoot({ logger: false })],
      controllers: [HealthController, MetricsController],
      providers: [
        { provide: HealthProbes, useValue: health.probes },
        { provide: SampledReadings, useValue: health.readings },
        { provide: PrometheusMeasures, useValue: measures },
      ],
    };
  }
}
