import type { FastifyInstance } from 'fastify';
import type { ListenerTls } from './tls/listener-tls.js';

/** Node looks for senders that are too slow so often; its own 30 s would double each limit. */
const CHECK_EVERY_MS = 1_000;

/** What makes an adapter of Fastify keep its limits of time, by http or https. `more`: other options of the server. */
export function checkedOften(
  tls: ListenerTls | undefined,
  more: { readonly requireHostHeader?: boolean } = {},
) {
  const options = { connectionsCheckingInterval: CHECK_EVERY_MS, ...more };
  if (tls === undefined) return { http: options };
  return { https: { ...tls.fastifyOptions.https, ...options } };
}

/** @param limitMs for the headers of a request; the limit of the whole request is an option of Fastify */
export function limitHeaders({ server }: FastifyInstance, limitMs: number): void {
  server.headersTimeout = limitMs;
}
