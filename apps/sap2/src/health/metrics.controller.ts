import { Controller, Get, Inject, type OnModuleInit, Res } from '@nestjs/common';
import { PrometheusMeasures } from '@sap2/observability';
import type { FastifyReply } from 'fastify';
import { workerLink } from '../workers/worker-link.js';
import { SampledReadings } from './sampled-readings.js';

/**
 * For Prometheus, without a token. By default the network does not reach this listener. The figures name only
 * peers. A process with workers gives the figures of all of them.
 */
@Controller('/metrics')
export class MetricsController implements OnModuleInit {
  constructor(
    @Inject(PrometheusMeasures) private readonly measures: PrometheusMeasures,
    @Inject(SampledReadings) private readonly readings: SampledReadings,
  ) {}

  onModuleInit(): void {
    workerLink?.exposeBy(() => this.expose());
  }

  @Get()
  async scrape(@Res() reply: FastifyReply): Promise<void> {
    const text = await (workerLink?.scrape() ?? this.expose());
    void reply
      .header('Content-Type', this.measures.contentType)
      .header('Cache-Control', 'no-store')
      .send(text);
  }

  private async expose(): Promise<string> {
    return this.measures.expose(await this.readings.now());
  }
}
