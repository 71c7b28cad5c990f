import { createEventLog } from '@sap2/observability';
import type { Terminal } from '@sap2/terminal';
import { UsageError } from '@sap2/terminal';
import { readGatewaySettings, startGateway } from '../gateway/index.js';

/**
 * Runs the gateway until SIGTERM or Ctrl-C.
 *
 * @param file undefined: `SAP1_CONFIG_FILE` is not set either
 * @throws UsageError with every fault of the configuration
 */
export async function serve(
  file: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  terminal: Terminal,
): Promise<number> {
  if (file === undefined || file === '') {
    throw new UsageError('The gateway needs a configuration: give --config FILE, or set SAP1_CONFIG_FILE.');
  }
  const settings = readGatewaySettings(file, env);
  if (!settings.ok) {
    throw new UsageError(['The configuration has faults:', ...settings.error].join('\n  '));
  }
  // npm passes a signal on that the process has got already. The second one must not cut the stop short.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
  const over = new AbortController();
  const interrupted = terminal.interrupted(over.signal);
  try {
    const gateway = await startGateway(settings.value, createEventLog({ level: settings.value.logLevel }));
    const { bind, path, tls } = settings.value.front;
    const scheme = tls === undefined ? 'http' : 'https';
    terminal.err(`CSP for handsets: ${scheme}://${bind}:${gateway.frontPort}${path}`);
    await interrupted;
    await gateway.stop();
    return 0;
  } finally {
    over.abort();
  }
}
