import type { FastifyInstance } from 'fastify';
import type { DoorTls } from './tls/door-tls.js';

/** Node looks for senders that are too slow so often; its own 30 s would double each limit. */
const CHECK_EVERY_MS = 1_000;

/** What makes an adapter of Fastify keep its limits of time, by http or https. */
export function checkedOften(tls: DoorTls | undefined) {
  const connectionsCheckingInterval = CHECK_EVERY_MS;
  if (tls === undefined) return { http: { connectionsCheckingInterval } };
  return { https: { ...tls.fastifyOptions.https, connectionsCheckingInterval } };
}

/** @param limitMs for the headers of a request; the limit of the whole request is an option of Fastify */
export function limitHeaders({ server }: FastifyInstance, limitMs: number): void {
  server.headersTimeout = limitMs;
}
