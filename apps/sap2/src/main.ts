import 'reflect-metadata';
import { once } from 'node:events';
import { isatty } from 'node:tty';
import { type Config, describeFault, readConfig } from '@sap2/config';
import { createEventLog, type EventLog } from '@sap2/observability';
import { UnusableTlsFiles } from './doors/tls/followed-files.js';
import { type Service, startService } from './service.js';

/** sysexits.h EX_CONFIG: a supervisor need not try again. */
const EXIT_CONFIGURATION = 78;

function configOrExit(): Config {
  const config = readConfig(process.env);
  if (config.ok) return config.value;
  for (const fault of config.error) process.stderr.write(`${describeFault(fault)}\n`);
  process.stderr.write('SAP 2 does not start; every variable is described in docs/configuration.md.\n');
  process.exit(EXIT_CONFIGURATION);
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

function sayWhere(config: Config, service: Service, say: (line: string) => void): void {
  const at = (certificate: string | undefined, host: string, port: number): string =>
    `${certificate === undefined ? 'http' : 'https'}://${host}:${port}`;
  const { sspPort, sspPlainPort, adminPort } = service;
  if (sspPort !== undefined)
    say(`SSP for peers:        ${at(config.sspTlsCertificateFile, config.bind, sspPort)}/ssp`);
  if (sspPlainPort !== undefined)
    say(`SSP without TLS:      ${at(undefined, config.bind, sspPlainPort)}/ssp`);
  say(`Administration:       ${at(config.adminTlsCertificateFile, config.adminBind, adminPort)}/admin/v1`);
}

function fail(error: unknown): void {
  process.stderr.write(`SAP 2 failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof UnusableTlsFiles ? EXIT_CONFIGURATION : 1;
}

async function main(): Promise<void> {
  const config = configOrExit();
  const log = createEventLog({ level: config.logLevel });
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  outliveOutput(say);
  if (config.faultInjection !== undefined) {
    const { port, operation, moment, call } = config.faultInjection;
    log.warn('fault_injection', { detail: `kills itself ${moment} call ${call} of ${port}.${operation}` });
  }
  const stop = stopSignal(config, log);
  const service = await startService(config, log, say, stop).catch((error: unknown) => {
    if (!stop.aborted) throw error;
  });
  if (service === undefined) return;
  sayWhere(config, service, say);
  if (hasCertificates(config)) reloadAtHangUp(service, log);

  if (!stop.aborted) await once(stop, 'abort');
  const deadline = setTimeout(() => {
    log.error('stop_deadline_exceeded', { durationMs: config.shutdownDeadlineMs });
    process.exit(1);
  }, config.shutdownDeadlineMs);
  await service.stop();
  clearTimeout(deadline);
  log.event('stopped');
}

main().catch(fail);
