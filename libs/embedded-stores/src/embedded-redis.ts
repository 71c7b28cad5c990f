import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { prepareDataDir } from './data-dir.js';
import { errorWord } from './error-word.js';
import { findRedis } from './redis-binaries.js';
import {
  adoptServer,
  startServer,
  type Answer,
  type Command,
  type Server,
  urlOfRunning,
} from './server-process.js';
import type { EmbeddedStore, EmbeddedStoreOptions } from './store.js';

const PASSWORD_BYTES = 24;
const ASK_TIMEOUT_MS = 2_000;

export interface EmbeddedRedisOptions extends EmbeddedStoreOptions {
  /** When the log reaches the disk. Default everysec: a power failure costs a second, the end of a process nothing. */
  readonly appendFsync?: 'always' | 'everysec' | 'no' | undefined;
}

/**
 * A private Redis (or Valkey) with an append-only log, which never evicts. It may run already or starts now, and
 * its data stays between runs. The caller has claimed the data folder (`claimDataDir`), or is alone on it.
 * @throws MissingStoreError · Error that says in one sentence why it does not start
 */
export async function startEmbeddedRedis(options: EmbeddedRedisOptions): Promise<EmbeddedStore> {
  const { say, signal } = options;
  const dataDir = prepareDataDir(options.dataDir);
  mkdirSync(join(dataDir, 'redis'), { recursive: true, mode: 0o700 });
  const dir = realpathSync(join(dataDir, 'redis'));
  const noted = readNote(dir);
  const password = noted?.password ?? randomBytes(PASSWORD_BYTES).toString('base64url');
  const server = redisServer(dataDir, dir, password);
  const running = await adoptServer(server, say, signal);
  if (running !== undefined) return running;

  const { program, env } = await findRedis(dataDir, say, signal, options.searchPaths);
  const commandFor = (port: number): Command => {
    writeConfig(dir, { port, password, appendFsync: options.appendFsync ?? 'everysec' });
    return { file: program, args: [configFile(dir)], env };
  };
  return await startServer(server, commandFor, say, signal);
}

/** The one that another process runs in this folder; undefined: it does not answer. */
export async function runningRedisUrl(dataDir: string): Promise<string | undefined> {
  const real = prepareDataDir(dataDir);
  const dir = join(real, 'redis');
  const noted = readNote(dir);
  return noted && urlOfRunning(redisServer(real, realpathSync(dir), noted.password));
}

function redisServer(dataDir: string, dir: string, password: string): Server {
  return {
    name: 'Redis',
    dir,
    logFile: join(dataDir, 'redis.log'),
    endSignal: 'SIGTERM',
    url: (port) => `redis://:${password}@127.0.0.1:${port}`,
    ask: (port) => ask(port, password, dir),
    lastPid: () => readPid(dir),
    lastPort: () => readNote(dir)?.port,
    // By its file at first, then by the title that it gives itself.
    isCalled: (line, port) => line.includes(configFile(dir)) || line.includes(` 127.0.0.1:${port}`),
  };
}

async function ask(port: number, password: string, dir: string): Promise<Answer> {
  const client = new Redis({
    host: '127.0.0.1',
    port,
    password,
    lazyConnect: true,
    enableReadyCheck: false,
    connectTimeout: ASK_TIMEOUT_MS,
    commandTimeout: ASK_TIMEOUT_MS,
    retryStrategy: () => null,
    disconnectTimeout: 0, // else a failed call keeps the process alive for two seconds
  });
  // The calls below reject with the same; without a listener it would be printed besides.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const answer: unknown = await client.config('GET', 'dir');
    if (!Array.isArray(answer) || answer[1] !== dir) return 'foreign'; // the folder was copied, password and all
    return /^loading:1/mu.test(await client.info('persistence')) ? 'starting' : 'ready';
  } catch (error) {
    const message = errorWord(error, 'message');
    if (/WRONGPASS|NOAUTH|invalid password/u.test(message)) return 'foreign';
    if (/ECONN|closed|timed out|ETIMEDOUT/iu.test(message)) return 'silent';
    throw error;
  } finally {
    client.disconnect();
  }
}

function configFile(dir: string): string {
  return join(dir, 'redis.conf');
}

function writeConfig(dir: string, note: { port: number; password: string; appendFsync: string }): void {
  const lines = [
    'bind 127.0.0.1',
    `port ${note.port}`,
    `requirepass ${note.password}`,
    `dir ${JSON.stringify(dir)}`,
    `pidfile ${JSON.stringify(join(dir, 'redis.pid'))}`,
    'daemonize no',
    'supervised no',
    'appendonly yes',
    `appendfsync ${note.appendFsync}`,
    'save ""',
    'maxmemory-policy noeviction',
  ];
  const fresh = `${configFile(dir)}.new`;
  writeFileSync(fresh, `${lines.join('\n')}\n`, { mode: 0o600 });
  renameSync(fresh, configFile(dir)); // whole or not at all: it is also where the password is kept
}

/** Port and password of the last start, from the configuration that it wrote. */
function readNote(dir: string): { port: number; password: string } | undefined {
  if (!existsSync(configFile(dir))) return undefined;
  const text = readFileSync(configFile(dir), 'utf8');
  const [port, password] = [/^port (\d+)$/mu, /^requirepass (\S+)$/mu].map((line) => line.exec(text)?.[1]);
  return port === undefined || password === undefined ? undefined : { port: Number(port), password };
}

function readPid(dir: string): number | undefined {
  const file = join(dir, 'redis.pid');
  return existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) || undefined : undefined;
}
