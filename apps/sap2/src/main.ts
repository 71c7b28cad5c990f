import 'reflect-metadata';
import { once } from 'node:events';
import { type Config, describeFault, readConfig } from '@sap2/config';
import { createEventLog, type EventLog } from '@sap2/observability';
import { startService } from './service.js';

/** sysexits.h EX_CONFIG: a supervisor need not try again. */
const EXIT_CONFIGURATION = 78;

function configOrExit(): Config {
  const config = readConfig(process.env);
  if (config.ok) return config.value;
  for (const fault of config.error) process.stderr.write(`${describeFault(fault)}\n`);
  process.stderr.write('SAP 2 does not start; every variable is described in docs/configuration.md.\n');
  process.exit(EXIT_CONFIGURATION);
}

/**
 * Aborted by the first SIGTERM or SIGINT, also while the service is still starting: what was started is stopped then too.
 * Further ones change nothing, and must not kill: npm passes on a signal that the whole process group got already.
 */
function stopSignal(log: EventLog): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (!stop.signal.aborted) log.event('stopping', { detail: signal });
      stop.abort();
    });
  }
  return stop.signal;
}

async function main(): Promise<void> {
  const config = configOrExit();
  const log = createEventLog({ level: config.logLevel });
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  if (config.faultInjection !== undefined) {
    const { port, operation, moment, call } = config.faultInjection;
    log.warn('fault_injection', { detail: `kills itself ${moment} call ${call} of ${port}.${operation}` });
  }
  const stop = stopSignal(log);
  const service = await startService(config, log, say, stop).catch((error: unknown) => {
    if (!stop.aborted) throw error;
  });
  if (service === undefined) return;
  if (service.sspPort !== undefined)
    say(`SSP for peers:        http://${config.bind}:${service.sspPort}/ssp`);
  say(`Administration:       http://${config.bind}:${service.adminPort}/admin/v1`);

  if (!stop.aborted) await once(stop, 'abort');
  const deadline = setTimeout(() => {
    log.error('stop_deadline_exceeded', { durationMs: config.shutdownDeadlineMs });
    process.exit(1);
  }, config.shutdownDeadlineMs);
  await service.stop();
  clearTimeout(deadline);
  log.event('stopped');
}

main().catch((error: unknown) => {
  process.stderr.write(`SAP 2 failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
