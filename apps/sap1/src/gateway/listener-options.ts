import { readFileSync } from 'node:fs';
import { fastify, type FastifyHttpOptions, type FastifyInstance, type RawServerDefault } from 'fastify';
import type { ServerOptions } from 'node:https';
import { MIN_TLS_VERSION } from '../tls.js';
import type { ServerTlsFiles } from './config/gateway-settings.js';

/** A listener that is open: where, and how it closes. */
export interface OpenListener {
  readonly port: number;
  close(): Promise<void>;
}

/** For https. @throws Error when a file cannot be read */
const tlsOptions = ({ certificateFile, keyFile, clientCaFile }: ServerTlsFiles): ServerOptions => ({
  minVersion: MIN_TLS_VERSION,
  cert: readFileSync(certificateFile),
  key: readFileSync(keyFile),
  ...(clientCaFile !== undefined && { ca: readFileSync(clientCaFile), requestCert: true }),
});

const OF_NODE = {
  /** Node looks for senders that are too slow so often. Its own 30 s would add to each limit. */
  connectionsCheckingInterval: 1_000,
  /** Old handsets leave `Host` out. One address has one service here, so the header decides nothing. */
  requireHostHeader: false,
};

/** @param tls undefined: it speaks http */
export function newServer(
  options: FastifyHttpOptions<RawServerDefault>,
  tls: ServerTlsFiles | undefined,
): FastifyInstance {
  if (tls === undefined) return fastify({ ...options, http: OF_NODE });
  const https = { ...tlsOptions(tls), ...OF_NODE };
  return fastify({ ...options, https } as FastifyHttpOptions<RawServerDefault>);
}

/** Many handsets connect in one moment after an outage. The limit of the kernel (net.core.somaxconn) holds as well. */
const CONNECTIONS_WAITING = 4096;

/** Requests under way have this time when a listener closes; a handset that never ends its request has no more. */
const CLOSING_MS = 25_000;

export async function open(
  server: FastifyInstance,
  { bind, port }: { readonly bind: string; readonly port: number },
): Promise<OpenListener> {
  await server.listen({ host: bind, port, backlog: CONNECTIONS_WAITING });
  const address = server.server.address();
  const given = typeof address === 'object' && address !== null ? address.port : port;
  return {
    port: given,
    close: async () => {
      const timer = setTimeout(() => server.server.closeAllConnections(), CLOSING_MS);
      await server.close();
      clearTimeout(timer);
    },
  };
}
