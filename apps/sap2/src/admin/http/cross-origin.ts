import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';

const MAX_AGE_S = 600;

/** Pages of these origins may call the operations with a token. The cookie of the console stays with the console. */
export async function allowOrigins(fastify: FastifyInstance, origins: readonly string[]): Promise<void> {
  if (origins.length === 0) return;
  await fastify.register(cors, {
    origin: [...origins],
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key', 'If-Match', 'X-Request-Id'],
    exposedHeaders: ['ETag', 'Location', 'Retry-After', 'X-Request-Id'],
    credentials: false,
    maxAge: MAX_AGE_S,
  });
}
