import type { DynamicModule, INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { FailureAnswers } from '../ssp/failure-answers.js';
import { ProblemFilter } from './problem.filter.js';

/** Requests of administrators are small; imports stream and have a limit of their own. */
const BODY_LIMIT_BYTES = 1024 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;

/** The listener towards administrators and orchestrators: JSON, problems, health. */
export async function createAdminDoor(
  module: DynamicModule,
  authority: INestApplicationContext,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: false,
    abortOnError: false,
  });
  app.useGlobalFilters(new ProblemFilter(authority.get(FailureAnswers)));
  return app;
}
