import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Config } from '@sap2/config';
import type { EventLog, Measures } from '@sap2/observability';
import { AdminModule } from './admin/admin.module.js';
import { createAdminDoor } from './admin/admin-http.js';
import { type Authority, makeAuthority } from './authority/authority.js';
import { warnOfAll } from './reports/agreement-warnings.js';
import { seedTheStores } from './seed-the-stores.js';
import { type Closer, closeAll } from './close-all.js';
import { BodiesUnderWay } from './doors/bodies-under-way.js';
import { ConnectionLimits } from './doors/connection-limits.js';
import type { DoorTls } from './doors/tls/door-tls.js';
import { TlsDoors } from './doors/tls/tls-doors.js';
import type { Gate } from './doors/gate.js';
import { openStores } from './open-stores.js';
import { createSspDoor } from './ssp/ssp-http.js';
import { SspModule } from './ssp/ssp.module.js';

/** A running SAP 2. */
export interface Service {
  /** Undefined when the process does not play the role `ssp`. */
  readonly sspPort: number | undefined;
  /** Of http beside https. */
  readonly sspPlainPort: number | undefined;
  readonly adminPort: number;
  /** Takes files of certificates that have changed. */
  reloadCertificates(): Promise<void>;
  /**
   * Drains in order: refuses new work, answers requests in progress, then closes listeners, loops and stores.
   */
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
  const close = (): Promise<void> => closeAll(closers);
  try {
    const tls = await TlsDoors.open(config, log);
    const authority = await openAuthority(config, log, say, stop, tls, closers);
    const adminDoor = await createAdminDoor(
      AdminModule.of(authority, config.roles),
      { ...authority, connections: connectionLimits(config, 'admin', authority.measures) },
      tls.admin,
    );
    const adminPort = await listen(adminDoor, config.adminBind, config.adminPort, closers, log);
    const sspPorts = config.roles.has('ssp') ? await openSspDoors(authority, config, tls, closers) : NO_PORTS;
    closers.push(follow(tls, config, log), () => drain(authority.gate, config.shutdownNoticeMs));
    return { ...sspPorts, adminPort, reloadCertificates: () => tls.reload(), stop: close };
  } catch (error) {
    await close();
    throw error;
  }
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
  tls: TlsDoors,
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

type SspPorts = Pick<Service, 'sspPort' | 'sspPlainPort'>;
const NO_PORTS: SspPorts = { sspPort: undefined, sspPlainPort: undefined };

/**
 * One listener, with TLS if there is a certificate. If the configuration wants it, a second one without TLS.
 */
async function openSspDoors(
  { pipeline, measures, log }: Authority,
  config: Config,
  tls: TlsDoors,
  closers: Closer[],
): Promise<SspPorts> {
  const bodies = new BodiesUnderWay({
    longest: config.sspBodyLimitBytes,
    inAll: config.bodiesBytes,
    ofStrangers: config.strangersBodiesBytes,
  });
  measures.watchBodies(bodies);
  const open = async (name: string, port: number, protection: DoorTls | undefined): Promise<number> => {
    const connections = connectionLimits(config, name, measures);
    const door = await createSspDoor(
      SspModule.of(pipeline, connections, bodies),
      { measures, log, connections, bodies, requestTimeoutMs: config.requestTimeoutS * 1000 },
      protection,
    );
    return listen(door, config.bind, port, closers, log);
  };
  const { sspPort, sspPlainPort } = config;
  return {
    sspPort: await open('ssp', sspPort, tls.ssp),
    sspPlainPort: sspPlainPort === undefined ? undefined : await open('ssp-plain', sspPlainPort, undefined),
  };
}

function connectionLimits(config: Config, door: string, measures: Measures): ConnectionLimits {
  const bounds = {
    perAddress: config.connectionsPerAddress,
    ofStrangers: config.connectionsOfStrangers,
    inAll: config.connections,
  };
  const limits = new ConnectionLimits(bounds, (bound) => measures.connectionRefused(door, bound));
  measures.watchConnections(door, limits);
  return limits;
}

/** Loads new certificates until the listeners close. */
function follow(tls: TlsDoors, config: Config, log: EventLog): Closer {
  const end = new AbortController();
  const following = tls.follow(config.tlsReloadS * 1000, log, end.signal);
  return async () => {
    end.abort();
    await following;
  };
}

async function listen(
  door: NestFastifyApplication,
  host: string,
  port: number,
  closers: Closer[],
  log: EventLog,
): Promise<number> {
  closers.push(() => door.close());
  await door.listen(port, host);
  const server = door.getHttpServer();
  // What was listening for errors listened for the port; later ones are of connections that could not be taken.
  server.on('error', (error: Error) => log.warn('connection_not_taken', { error }));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The listener has no port.');
  return address.port;
}
