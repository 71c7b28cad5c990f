import 'reflect-metadata';
import { once } from 'node:events';
import { isatty } from 'node:tty';
import { type Config, describeFault, readConfig } from '@sap2/config';
import { createEventLog, type EventLog } from '@sap2/observability';
import { workersOf } from './cores.js';
import { answerTo } from './arguments.js';
import { fatalReason, isDefect } from './fatal-reason.js';
import { tryPorts } from './listeners/free-ports.js';
import { UnusableTlsFiles } from './listeners/tls/followed-files.js';
import { openStores, type Stores } from './open-stores.js';
import { type Service, startService } from './service.js';
import { VERSION } from './version.js';
import type { Ports } from './workers/messages.js';
import { Supervisor, WorkerEnded } from './workers/supervisor.js';
import { workerLink } from './workers/worker-link.js';

/** sysexits.h EX_USAGE. */
const EXIT_USAGE = 64;
/** sysexits.h EX_CONFIG: a supervisor need not try again. */
const EXIT_CONFIGURATION = 78;

function configOrExit(): Config {
  const config = readConfig(process.env);
  if (config.ok) return config.value;
  const log = createEventLog({ level: 'error' });
  for (const fault of config.error) {
    const detail = describeFault(fault);
    if (!process.stdout.isTTY) log.error('configuration_refused', { detail });
    process.stderr.write(`${detail}\n`);
  }
  process.stderr.write('SAP 2 does not start; every variable is described in docs/configuration.md.\n');
  process.exit(EXIT_CONFIGURATION);
}

function answerArguments(): void {
  const answered = answerTo(process.argv.slice(2));
  if (answered === undefined) return;
  (answered.isWrong ? process.stderr : process.stdout).write(answered.text);
  process.exit(answered.isWrong ? EXIT_USAGE : 0);
}

/** The first line that a support desk asks for. */
function sayStarted(
  { roles }: Config,
  { sspPort, sspPlainPort, adminPort }: Ports,
  workers: number,
  log: EventLog,
): void {
  const ports = { sspPort, sspPlainPort, adminPort };
  log.event('started', { version: VERSION, role: [...roles].join(','), ...ports, count: workers });
}

/** Standard input, output and error, as far as they are a terminal. */
const terminals = [0, 1, 2].filter((descriptor) => isatty(descriptor));
/** A closed terminal is no terminal any more. */
const isTerminalClosed = (): boolean =>
  terminals.length > 0 && !terminals.some((descriptor) => isatty(descriptor));

/**
 * Aborted by the first SIGTERM or SIGINT, even while the service still starts; it then stops what it started.
 * SIGHUP does so without certificates to reload, and after the terminal was closed. Further signals change nothing
 * and must not kill, because npm repeats a signal that the whole process group already got.
 */
function stopSignal(config: Config, log: EventLog): AbortSignal {
  const stop = new AbortController();
  const end = (signal: NodeJS.Signals): void => {
    if (!stop.signal.aborted) log.event('stopping', { detail: signal });
    stop.abort();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, end);
  process.on('SIGHUP', (signal) => {
    if (!hasCertificates(config) || isTerminalClosed()) end(signal);
  });
  return stop.signal;
}

const hasCertificates = (config: Config): boolean =>
  [
    config.sspTlsCertificateFile,
    config.adminTlsCertificateFile,
    config.peerTlsCertificateFile,
    config.peerTlsCaFile,
  ].some((file) => file !== undefined);

/** `stopSignal` sees to a SIGHUP of a closed terminal. */
function reloadAtHangUp(service: Service, log: EventLog): void {
  process.on('SIGHUP', () => {
    if (isTerminalClosed()) return;
    service.reloadCertificates().catch((error: unknown) => log.error('certificates_not_reloaded', { error }));
  });
}

/**
 * A full disk or a closed pipe costs log lines, but the service continues. An `error` without a listener would end
 * it.
 */
function outliveOutput(say: (line: string) => void): void {
  process.stderr.on('error', () => undefined);
  process.stdout.on('error', () => undefined);
  process.stdout.once('error', ({ message }) =>
    say(
      `Lines of the log are lost: standard output takes none (${message}). Free the disk, or start SAP 2 again.`,
    ),
  );
}

function sayWhere(
  config: Config,
  { sspPort, sspPlainPort, adminPort, northboundPort }: Ports,
  say: (line: string) => void,
): void {
  const at = (certificate: string | undefined, host: string, port: number): string =>
    `${certificate === undefined ? 'http' : 'https'}://${host}:${port}`;
  if (sspPort !== undefined)
    say(`SSP for peers:        ${at(config.sspTlsCertificateFile, config.bind, sspPort)}/ssp`);
  if (sspPlainPort !== undefined)
    say(`SSP without TLS:      ${at(undefined, config.bind, sspPlainPort)}/ssp`);
  say(`Administration:       ${at(config.adminTlsCertificateFile, config.adminBind, adminPort)}/admin/v1`);
  const elements = at(config.adminTlsCertificateFile, config.adminBind, northboundPort ?? adminPort);
  say(`Service elements:     ${elements}/events/v1`);
}

/** In the log, where collectors look, and for the person who started it. A defect has its stack in the log. */
function fail(error: unknown, config: Config, log: EventLog): void {
  const detail = fatalReason(error, config);
  if (!process.stdout.isTTY) log.error('failed', { detail, ...(isDefect(error) && { error }) });
  process.stderr.write(`SAP 2 failed: ${detail}\n`);
  if (error instanceof WorkerEnded) process.exitCode = error.exitCode;
  else process.exitCode = error instanceof UnusableTlsFiles ? EXIT_CONFIGURATION : 1;
}

/** This process serves. */
async function serve(config: Config, log: EventLog, say: (line: string) => void): Promise<void> {
  const stop = stopSignal(config, log);
  const service = await startService(config, log, say, stop).catch((error: unknown) => {
    if (!stop.aborted) throw error;
  });
  if (service !== undefined) {
    if (workerLink === undefined) {
      sayStarted(config, service, 1, log);
      sayWhere(config, service, say);
    } else workerLink.serves(portsOf(service));
    if (hasCertificates(config)) reloadAtHangUp(service, log);
    if (!stop.aborted) await once(stop, 'abort');
    await stopInTime(config, log, () => service.stop());
  }
}

/** Others serve, and this process watches over them. */
async function supervise(
  workers: number,
  config: Config,
  log: EventLog,
  say: (line: string) => void,
): Promise<void> {
  const stop = stopSignal(config, log);
  const stores = await openStores(config, say, stop);
  const patienceMs = config.shutdownDeadlineMs + 1_000;
  const supervisor = new Supervisor({ workers, environment: environmentOf(stores), patienceMs }, log);
  try {
    const end = once(stop, 'abort');
    stop.addEventListener('abort', () => void supervisor.stop());
    const ports = await supervisor.start();
    sayStarted(config, ports, workers, log);
    sayWhere(config, ports, say);
    process.on('SIGUSR2', () => void supervisor.restartAll());
    if (hasCertificates(config)) process.on('SIGHUP', () => supervisor.signalAll('SIGHUP'));
    if (!stop.aborted) await end;
  } catch (error) {
    if (!stop.aborted) throw error;
  } finally {
    await supervisor.stop();
    await stores.close();
  }
}

/** Every worker uses the stores that the supervisor opened. */
function environmentOf({ databaseUrl, redis, secretKeys }: Stores): Readonly<Record<string, string>> {
  const keys = secretKeys.map(({ id, key }) => `${id}:${Buffer.from(key).toString('base64')}`);
  return {
    DATABASE_URL: databaseUrl,
    ...(redis.kind === 'single' && { REDIS_URL: redis.url }),
    SAP2_SECRET_KEYS: keys.join(','),
  };
}

const portsOf = ({ sspPort, sspPlainPort, adminPort, northboundPort }: Ports): Ports => ({
  sspPort,
  sspPlainPort,
  adminPort,
  northboundPort,
});

async function stopInTime(config: Config, log: EventLog, end: () => Promise<void>): Promise<void> {
  const deadline = setTimeout(() => {
    log.error('stop_deadline_exceeded', { durationMs: config.shutdownDeadlineMs });
    process.exit(1);
  }, config.shutdownDeadlineMs);
  await end();
  clearTimeout(deadline);
  log.event('stopped');
}

async function run(config: Config, log: EventLog): Promise<void> {
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  outliveOutput(say);
  if (config.faultInjection !== undefined) {
    const { port, operation, moment, call } = config.faultInjection;
    log.warn('fault_injection', { detail: `kills itself ${moment} call ${call} of ${port}.${operation}` });
  }
  if (workerLink === undefined) await tryPorts(config);
  const workers = workersOf(config);
  if (workers === 1 || workerLink !== undefined) await serve(config, log, say);
  else await supervise(workers, config, log, say);
}

answerArguments();
const config = configOrExit();
const log = createEventLog({ level: config.logLevel });
await run(config, log)
  .catch((error: unknown) => fail(error, config, log))
  // The line to the supervisor would keep a worker that has nothing left to do.
  .finally(() => workerLink?.leave());
