import { readFileSync } from 'node:fs';
import { type Config, describeFault, type Environment, readConfig } from '@sap2/config';
import { UsageError } from '@sap2/terminal';
import type { AdminConnection } from './admin-connection.js';
import type { GlobalOptions } from './global-options.js';
import { RemoteAdmin } from './remote-admin.js';
import { unreadable } from './unreadable.js';

/** @throws UsageError · ServiceUnreachableError · what the stores throw */
export async function connect(
  place: GlobalOptions,
  environment: Environment,
  end: AbortSignal,
): Promise<AdminConnection> {
  const url = place.url ?? environment['SAP2_CLI_URL'];
  if (url !== undefined && url !== '' && place.dataDir === undefined) {
    return RemoteAdmin.to({ url, token: tokenOf(place, environment), caFile: place.ca }, end);
  }
  const config = configOf(environment, place);
  // Nest and the drivers of the stores take a second to load. Only a command that needs them loads them.
  const { LocalAdmin } = await import('./local-admin.js');
  return LocalAdmin.open(config, place.startStores === true, end);
}

function tokenOf({ tokenFile }: GlobalOptions, environment: Environment): string {
  const token =
    tokenFile === undefined ? environment['SAP2_CLI_TOKEN'] : contentOf(tokenFile).replace(/\r?\n$/, '');
  if (token === undefined || token === '')
    throw new UsageError('A service elsewhere needs a token. Give --token-file, or set SAP2_CLI_TOKEN.');
  return token;
}

function contentOf(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** @throws UsageError that names everything that is wrong */
export function configOf(environment: Environment, { dataDir }: GlobalOptions): Config {
  const config = readConfig(dataDir === undefined ? environment : { ...environment, SAP2_DATA_DIR: dataDir });
  if (config.ok) return config.value;
  throw new UsageError(config.error.map(describeFault).join('\n'));
}
