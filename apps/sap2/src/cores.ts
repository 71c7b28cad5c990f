import { availableParallelism } from 'node:os';
import type { Config } from '@sap2/config';

/** Node has four threads for hashes, and names and files need one. */
const HASHES_OF_NODE = 3;

/** One worker for each core where the service is set up to last. */
export function workersOf({
  workers,
  databaseUrl,
  redisUrl,
}: Pick<Config, 'workers' | 'databaseUrl' | 'redisUrl'>): number {
  if (workers !== 'auto') return workers;
  const isProduction = process.env['NODE_ENV'] === 'production';
  return isProduction && databaseUrl !== undefined && redisUrl !== undefined ? availableParallelism() : 1;
}

/** Password hashes of one process at once: all of its workers together leave a core to everything else. */
export function hashesAtOnceOf(
  config: Pick<Config, 'hashesAtOnce'> & Parameters<typeof workersOf>[0],
  cores = availableParallelism(),
): number {
  if (config.hashesAtOnce !== 'auto') return config.hashesAtOnce;
  return Math.min(Math.max(Math.floor((cores - 1) / workersOf(config)), 1), HASHES_OF_NODE);
}
