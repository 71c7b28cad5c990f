import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Config } from '@sap2/config';
import type { EventLog, Measures } from '@sap2/observability';
import { AdminModule } from './admin/admin.module.js';
import { createAdminListener, EVERY_OPERATION } from './admin/admin-http.js';
import { ADMIN_OPERATIONS } from './admin/operations.js';
import { type Authority, makeAuthority } from './authority/authority.js';
import { ELEMENT_OPERATIONS } from './events/elements.operations.js';
import { warnOfAll } from './reports/agreement-warnings.js';
import { seedTheStores } from './seed-the-stores.js';
import { type Closer, closeAll } from './close-all.js';
import { BodiesUnderWay } from './listeners/bodies-under-way.js';
import { ConnectionLimits } from './listeners/connection-limits.js';
import type { ListenerTls } from './listeners/tls/listener-tls.js';
import { TlsListeners } from './listeners/tls/tls-listeners.js';
import type { Gate } from './listeners/gate.js';
import { openStores } from './open-stores.js';
import { createSspListener } from './ssp/ssp-http.js';
import { SspModule } from './ssp/ssp.module.js';
import type { Ports } from './workers/messages.js';
import { workerLink } from './workers/worker-link.js';

export interface Service extends Ports {
  /** Takes files of certificates that have changed. */
  reloadCertificates(): Promise<void>;
  /** Drains in order: refuses new work, answers requests in progress, then closes listeners, loops and stores. */
  stop(): Promise<void>;
}

/**
 * Opens stores, authority, loops and listeners in this order, and closes them in reverse. `stop` gives up a start
 * in progress, and closes what is open by then.
 */
export async function startService(
  config: Config,
  log: EventLog,
  say: (line: string) => void,
  stop: AbortSignal,
): Promise<Service> {
  const closers: Closer[] = [];
  const servers: HttpServer[] = [];
  const close = (): Promise<void> => closeAll(closers);
  try {
    const tls = await TlsListeners.open(config, log);
    const authority = await openAuthority(config, log, say, stop, tls, closers);
    const adminListener = await createAdminListener(
      AdminModule.of(authority, config.roles),
      {
        ...authority,
        connections: connectionLimits(config, 'admin', authority.measures),
        hasConsole: config.roles.has('admin'),
        origins: config.adminCorsOrigins,
      },
      tls.admin,
      config.northboundPort === undefined ? EVERY_OPERATION : ADMIN_OPERATIONS,
    );
    const adminPort = await listen(
      adminListener,
      config,
      { host: config.adminBind, port: config.adminPort },
      closers,
      log,
    );
    servers.push(adminListener.getHttpServer());
    const northboundPort = await openNorthbound(authority, config, tls, closers, servers);
    const sspPorts = config.roles.has('ssp')
      ? await openSspListeners(authority, config, tls, closers, servers)
      : NO_PORTS;
    closers.push(follow(tls, config, log), () => drain(authority.gate, config.shutdownNoticeMs));
    // Streams have no end of their own, and listeners wait for answers.
    closers.push(async () => authority.elements.streams.close());
    if (workerLink !== undefined) closers.push(() => handOver(servers));
    return { ...sspPorts, adminPort, northboundPort, reloadCertificates: () => tls.reload(), stop: close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** For a message that is on its way on a connection to a worker that ends. */
const HAND_OVER_MS = 1_000;

/** Other workers get the new connections. Each open one brings one more message at most, and is answered as ever. */
async function handOver(servers: readonly HttpServer[]): Promise<void> {
  for (const server of servers) {
    // Only the listener: that of HTTP would also cut off the connections that are idle now.
    NetServer.prototype.close.call(server);
    server.prependListener('request', (_request, response) => void response.setHeader('Connection', 'close'));
  }
  await wait(HAND_OVER_MS);
}

/** Not ready any more; a notice later no work is taken; in the end what was taken is answered. */
async function drain(gate: Gate, noticeMs: number): Promise<void> {
  gate.leave();
  if (noticeMs > 0) await wait(noticeMs);
  await gate.drained();
}

async function openAuthority(
  config: Config,
  log: EventLog,
  say: (line: string) => void,
  stop: AbortSignal,
  tls: TlsListeners,
  closers: Closer[],
): Promise<Authority> {
  const stores = await openStores(config, say, stop);
  closers.push(() => stores.close());
  const authority = await makeAuthority(config, stores, log, tls);
  closers.push(() => authority.close());
  if (config.seedFile !== undefined) await seedTheStores(config.seedFile, authority);
  await warnOfAll(authority.ports.AgreementBook, log);
  stop.throwIfAborted();
  closers.push(() => stopLoops(authority, config.shutdownDeadlineMs / 2));
  await Promise.race([authority.loops.start(), once(stop, 'abort')]);
  stop.throwIfAborted();
  return authority;
}

/** A slow peer is cut off after `patienceMs`: what was on its way to it goes back to the outbox. */
async function stopLoops({ loops, peers }: Authority, patienceMs: number): Promise<void> {
  const impatience = setTimeout(() => void peers.close(), patienceMs);
  await loops.stop();
  clearTimeout(impatience);
}

/** What service elements read, on a port of its own. */
async function openNorthbound(
  authority: Authority,
  config: Config,
  tls: TlsListeners,
  closers: Closer[],
  servers: HttpServer[],
): Promise<number | undefined> {
  if (config.northboundPort === undefined || !config.roles.has('admin')) return undefined;
  const connections = connectionLimits(config, 'northbound', authority.measures);
  const listener = await createAdminListener(
    AdminModule.elementsOf(authority),
    { ...authority, connections, origins: config.adminCorsOrigins },
    tls.admin,
    ELEMENT_OPERATIONS,
  );
  servers.push(listener.getHttpServer());
  return listen(
    listener,
    config,
    { host: config.adminBind, port: config.northboundPort },
    closers,
    authority.log,
  );
}

type SspPorts = Pick<Service, 'sspPort' | 'sspPlainPort'>;
const NO_PORTS: SspPorts = { sspPort: undefined, sspPlainPort: undefined };

/** One listener, with TLS if there is a certificate. If the configuration wants it, a second one without TLS. */
async function openSspListeners(
  { pipeline, measures, log, heldLines }: Authority,
  config: Config,
  tls: TlsListeners,
  closers: Closer[],
  servers: HttpServer[],
): Promise<SspPorts> {
  const bodies = new BodiesUnderWay({
    longest: config.sspBodyLimitBytes,
    inAll: config.bodiesBytes,
    ofStrangers: config.strangersBodiesBytes,
  });
  measures.watchBodies(bodies);
  const open = async (name: string, port: number, protection: ListenerTls | undefined): Promise<number> => {
    const connections = connectionLimits(config, name, measures);
    const listener = await createSspListener(
      SspModule.of(pipeline, connections, bodies),
      { measures, log, heldLines, connections, bodies, requestTimeoutMs: config.requestTimeoutS * 1000 },
      protection,
    );
    servers.push(listener.getHttpServer());
    return listen(listener, config, { host: config.bind, port }, closers, log);
  };
  const { sspPort, sspPlainPort } = config;
  return {
    sspPort: await open('ssp', sspPort, tls.ssp),
    sspPlainPort: sspPlainPort === undefined ? undefined : await open('ssp-plain', sspPlainPort, undefined),
  };
}

/** Waits for what is answered now, also where other workers have the new connections already. */
async function closeListener(listener: NestFastifyApplication): Promise<void> {
  const server: HttpServer = listener.getHttpServer();
  const ended = once(server, 'close');
  await listener.close();
  const open = await promisify((done: (error: Error | null, count: number) => void) =>
    server.getConnections(done),
  )();
  if (open > 0) await ended;
}

function connectionLimits(config: Config, listener: string, measures: Measures): ConnectionLimits {
  const bounds = {
    perAddress: config.connectionsPerAddress,
    ofStrangers: config.connectionsOfStrangers,
    inAll: config.connections,
  };
  const limits = new ConnectionLimits(bounds, (bound) => measures.connectionRefused(listener, bound));
  measures.watchConnections(listener, limits);
  return limits;
}

/** Loads new certificates until the listeners close. */
function follow(tls: TlsListeners, config: Config, log: EventLog): Closer {
  const end = new AbortController();
  const following = tls.follow(config.tlsReloadS * 1000, log, end.signal);
  return async () => {
    end.abort();
    await following;
  };
}

async function listen(
  listener: NestFastifyApplication,
  { connectionsWaiting: backlog }: Config,
  at: { readonly host: string; readonly port: number },
  closers: Closer[],
  log: EventLog,
): Promise<number> {
  closers.push(() => closeListener(listener));
  await listener.listen({ ...at, backlog });
  const server = listener.getHttpServer();
  // What was listening for errors listened for the port; later ones are of connections that could not be taken.
  server.on('error', (error: Error) => log.warn('connection_not_taken', { error }));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The listener has no port.');
  return address.port;
}
