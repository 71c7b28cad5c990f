import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Config, SecretKey } from '@sap2/config';
import {
  claimDataDir,
  DataDirInUseError,
  holdsStores,
  runningPostgresUrl,
  runningRedisUrl,
  startEmbeddedPostgres,
  startEmbeddedRedis,
} from '@sap2/embedded-stores';
import type { RedisAddress } from '@sap2/kernel';
import { type Closer, closeAll } from './close-all.js';

/** Where the stores are, and what opens their secrets. */
export interface Stores {
  readonly databaseUrl: string;
  readonly redis: RedisAddress;
  readonly secretKeys: readonly SecretKey[];
  /** Ends the stores that were started here; others stay as they are. */
  close(): Promise<void>;
}

/** Uses the stores that the configuration names, and starts private ones in the data folder for those it does not. */
export async function openStores(
  config: Config,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<Stores> {
  const { databaseUrl, redisUrl, secretKeys, dataDir } = config;
  if (databaseUrl !== undefined && redisUrl !== undefined && secretKeys !== undefined) {
    return { databaseUrl, redis: redisUrl, secretKeys, close: () => Promise.resolve() };
  }
  const closers: Closer[] = [];
  const close = (): Promise<void> => closeAll(closers);
  const claim = await started(claimDataDir(dataDir), signal);
  closers.push(() => claim.release());
  try {
    const url = async (start: typeof startEmbeddedRedis): Promise<string> => {
      const store = await started(start({ dataDir, say, signal }), signal);
      closers.push(() => store.stop());
      return store.url;
    };
    return {
      databaseUrl: databaseUrl ?? (await url(startEmbeddedPostgres)),
      redis: redisUrl ?? { kind: 'single', url: await url(startEmbeddedRedis) },
      secretKeys: secretKeys ?? keptKeys(dataDir),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A private store does not start, or its folder is not for us. The message says why. */
export class StoreNotStartedError extends Error {
  override readonly name = 'StoreNotStartedError';
}

async function started<T>(start: Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await start;
  } catch (error) {
    if (signal.aborted || error instanceof DataDirInUseError) throw error;
    throw new StoreNotStartedError((error as Error).message, { cause: error });
  }
}

/** No service runs the private stores that a command needs. Message: which folder it is, and what to do. */
export class StoresNotRunningError extends Error {
  override readonly name = 'StoresNotRunningError';
}

/**
 * The same for a short command, which never makes a store. If a service runs on the data folder, the command uses its
 * private stores and leaves them running. Only with `starts` it starts the private stores that exist, until it closes.
 * @throws StoresNotRunningError · StoreNotStartedError · DataDirInUseError if another process has the folder and its
 * stores do not answer
 */
export async function openStoresBeside(
  config: Config,
  starts: boolean,
  signal: AbortSignal,
): Promise<Stores> {
  const { databaseUrl, redisUrl, secretKeys, dataDir } = config;
  if (databaseUrl !== undefined && redisUrl !== undefined && secretKeys !== undefined) {
    return openStores(config, () => undefined, signal);
  }
  const holds = holdsStores(dataDir, databaseUrl === undefined ? 'PostgreSQL' : 'Redis');
  if (!holds) throw new StoresNotRunningError(whatToDo(dataDir, 'It has no stores.'));
  if (!starts) return runningStores(config);
  try {
    return await openStores(config, () => undefined, signal);
  } catch (error) {
    if (!(error instanceof DataDirInUseError)) throw error;
    return runningStores(config);
  }
}

async function runningStores(config: Config): Promise<Stores> {
  const { dataDir } = config;
  const databaseUrl = config.databaseUrl ?? (await runningPostgresUrl(dataDir));
  const redisUrl = config.redisUrl ?? (await singleRedis(dataDir));
  if (databaseUrl === undefined || redisUrl === undefined) {
    const why = 'No service runs its stores. Start the service, or add --start-stores.';
    throw new StoresNotRunningError(whatToDo(dataDir, why));
  }
  const secretKeys = config.secretKeys ?? keptKeys(dataDir);
  return { databaseUrl, redis: redisUrl, secretKeys, close: () => Promise.resolve() };
}

const whatToDo = (dataDir: string, why: string): string =>
  [
    `The data folder is ${resolve(dataDir)}. ${why}`,
    'Another data folder:          --data-dir <folder>, or SAP2_DATA_DIR',
    'A service elsewhere:          --url <url> --token-file <file>',
    'Your own PostgreSQL and Redis: DATABASE_URL, REDIS_URL and SAP2_SECRET_KEYS',
  ].join('\n  ');

async function singleRedis(dataDir: string): Promise<RedisAddress | undefined> {
  const url = await runningRedisUrl(dataDir);
  return url === undefined ? undefined : { kind: 'single', url };
}

const KEY_BYTES = 32;

/** The data folder has a key that is not valid. */
export class DamagedKeyError extends Error {
  override readonly name = 'DamagedKeyError';
}

/** The key of an embedded service: made once, and kept beside the data and not in it. */
function keptKeys(dataDir: string): readonly SecretKey[] {
  const file = join(dataDir, 'secret-key');
  if (!existsSync(file)) {
    writeFileSync(file, `${randomBytes(KEY_BYTES).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  }
  const key = Buffer.from(readFileSync(file, 'utf8'), 'base64');
  if (key.length !== KEY_BYTES) {
    throw new DamagedKeyError(
      `${file} is damaged; without the key in it, stored secrets cannot be read. Put it back from a backup.`,
    );
  }
  return [{ id: 'local', key }];
}
