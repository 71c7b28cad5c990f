import 'reflect-metadata';
import { type Config, describeFault, readConfig } from '@sap2/config';
import { createEventLog } from '@sap2/observability';
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

async function main(): Promise<void> {
  const config = configOrExit();
  const log = createEventLog({ level: config.logLevel });
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const service = await startService(config, log, say);
  if (service.sspPort !== undefined)
    say(`SSP for peers:        http://${config.bind}:${service.sspPort}/ssp`);
  say(`Administration:       http://${config.bind}:${service.adminPort}/admin/v1`);

  const shutDown = (signal: NodeJS.Signals): void => {
    log.event('stopping', { detail: signal });
    const deadline = setTimeout(() => {
      log.error('stop_deadline_exceeded', { durationMs: config.shutdownDeadlineMs });
      process.exit(1);
    }, config.shutdownDeadlineMs);
    service.stop().then(
      () => {
        clearTimeout(deadline);
        log.event('stopped');
      },
      (error: unknown) => {
        log.error('stop_failed', { error });
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', shutDown);
  process.once('SIGINT', shutDown);
}

main().catch((error: unknown) => {
  process.stderr.write(`SAP 2 does not start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
