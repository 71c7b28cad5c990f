import { Controller, Get, Inject, Res } from '@nestjs/common';
import { PrometheusMeasures } from '@sap2/observability';
import type { FastifyReply } from 'fastify';
import { SampledReadings } from './sampled-readings.js';

/**
 * For Prometheus, without a token. By default the network does not reach this listener. The figures name only
 * peers.
 */
@Controller('/metrics')
export class MetricsController {
  constructor(
    @Inject(PrometheusMeasures) private readonly measures: PrometheusMeasures,
    @Inject(SampledReadings) private readonly readings: SampledReadings,
  ) {}

  @Get()
  async scrape(@Res() reply: FastifyReply): Promise<void> {
    const text = await this.measures.expose(await this.readings.now());
    void reply
      .header('Content-Type', this.measures.contentType)
      .header('Cache-Control', 'no-store')
      .send(text);
  }
}
