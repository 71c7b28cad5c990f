import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { prepareDataDir } from './data-dir.js';
import {
  clusterMajor,
  createCluster,
  giveToRunner,
  POSTGRES_USER,
  readPassword,
} from './postgres-cluster.js';
import { findPostgres } from './postgres-binaries.js';
import { clusterDir, settlePostgres } from './postgres-home.js';
import { asCommand } from './postgres-runner.js';
import { errorWord } from './error-word.js';
import { commandLine, markProcess } from './process-mark.js';
import { adoptServer, startServer, type Answer, type Server, urlOfRunning } from './server-process.js';
import type { EmbeddedStore, EmbeddedStoreOptions } from './store.js';

const DATABASE = 'sap2';
const ASK_TIMEOUT_MS = 2_000;
/** The making of the database copies some megabytes. */
const QUERY_TIMEOUT_MS = 30_000;
/** Several processes with a pool each, and in a run of the tests many databases at once. */
const MAX_CONNECTIONS = 200;

export interface EmbeddedPostgresOptions extends EmbeddedStoreOptions {
  /** Default true. False: quicker, and a power failure may lose the database; for tests. */
  readonly durable?: boolean | undefined;
}

/**
 * A private PostgreSQL with one database, found running or started, its data kept from one run to the next. The caller has claimed
 * the data folder (`claimDataDir`), or is alone on it.
 * @throws MissingStoreError · Error that says in one sentence why it does not start
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedStore> {
  const { say, signal } = options;
  const durable = options.durable ?? true;
  const dataDir = prepareDataDir(options.dataDir);
  if (clusterMajor(clusterDir(dataDir)) !== undefined) {
    const server = postgresServer(dataDir);
    const running = await adoptServer(server, say, signal);
    if (running !== undefined) return running;
    clearStaleLock(server.dir);
  }
  const binaries = await findPostgres(dataDir, clusterMajor(clusterDir(dataDir)), options.searchPaths);
  say(`PostgreSQL: found ${binaries.version} in ${binaries.folder}`);
  const home = await settlePostgres(dataDir, binaries, say);
  const dir = clusterDir(dataDir);
  if (existsSync(dir)) await giveToRunner(home, dir);
  else await createCluster(dataDir, home, durable, signal);

  const program = join(home.programs, 'postgres');
  const settings = [...SETTINGS, ...(durable ? [] : NOT_DURABLE)].flatMap((setting) => ['-c', setting]);
  const commandFor = (port: number) =>
    asCommand(home.runner, program, ['-D', dir, '-p', String(port), ...settings]);
  return await startServer(postgresServer(dataDir), commandFor, say, signal);
}

/** The one that another process runs in this folder; undefined: it does not answer. */
export const runningPostgresUrl = (dataDir: string): Promise<string | undefined> =>
  urlOfRunning(postgresServer(prepareDataDir(dataDir)));

/** Whether the folder has the files of this store. It makes nothing. */
export const holdsStores = (dataDir: string, store: 'PostgreSQL' | 'Redis'): boolean =>
  store === 'Redis' ? existsSync(join(dataDir, 'redis')) : clusterMajor(clusterDir(dataDir)) !== undefined;

const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=', // none: a socket would have to lie where everybody can go
  `max_connections=${MAX_CONNECTIONS}`,
  'timezone=UTC',
  'log_timezone=UTC',
];

/** A commit still reaches the operating system, so the end of a process loses nothing. */
const NOT_DURABLE = ['fsync=off', 'full_page_writes=off'];

function postgresServer(dataDir: string): Server {
  const dir = clusterDir(dataDir);
  const password = readPassword(dataDir);
  return {
    name: 'PostgreSQL',
    dir,
    logFile: join(dataDir, 'postgres.log'),
    endSignal: 'SIGINT', // "fast": open transactions are rolled back
    url: (port) => `postgres://${POSTGRES_USER}:${password}@127.0.0.1:${port}/${DATABASE}`,
    ask: (port) => ask(port, password),
    lastPid: () => readPid(dir),
    lastPort: () => readPort(dir),
    isCalled: (line) => line.includes(` -D ${dir} `),
  };
}

/** Ready is: the database is there. The first to ask for it makes it. */
async function ask(port: number, password: string): Promise<Answer> {
  try {
    await query(port, password, DATABASE, 'SELECT 1');
    return 'ready';
  } catch (error) {
    const meaning = MEANING[errorWord(error, 'code')] ?? meaningOfText(errorWord(error, 'message'));
    if (meaning === undefined) throw error;
    if (meaning === 'empty') await query(port, password, 'postgres', `CREATE DATABASE ${DATABASE}`);
    return meaning === 'empty' ? 'starting' : meaning;
  }
}

const MEANING: Readonly<Record<string, Answer | 'empty'>> = {
  '57P03': 'starting', // cannot_connect_now: recovers, or shuts down
  '57P01': 'starting', // admin_shutdown
  '3D000': 'empty', // invalid_catalog_name: no such database
  '28P01': 'foreign', // invalid_password
  ECONNREFUSED: 'silent',
  ECONNRESET: 'silent',
};

/** The client's own errors have no code. */
function meaningOfText(message: string): Answer | undefined {
  return /timeout|terminated/iu.test(message) ? 'silent' : undefined;
}

async function query(port: number, password: string, database: string, text: string): Promise<void> {
  const client = new Client({
    host: '127.0.0.1',
    port,
    user: POSTGRES_USER,
    password,
    database,
    ssl: false,
    connectionTimeoutMillis: ASK_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
  });
  // When the server vanishes meanwhile, the pending call tells; without a listener the process would die of it.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(text);
  } finally {
    await client.end();
  }
}

function readPid(dir: string): number | undefined {
  return readNumber(join(dir, 'postmaster.pid'), /^(\d+)/u);
}

/** PostgreSQL keeps its last command line, past its end too. */
function readPort(dir: string): number | undefined {
  return readNumber(join(dir, 'postmaster.opts'), /"-p" "(\d+)"/u);
}

function readNumber(file: string, pattern: RegExp): number | undefined {
  if (!existsSync(file)) return undefined;
  const digits = pattern.exec(readFileSync(file, 'utf8'))?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/**
 * PostgreSQL does not start while its note names an existing process. That may be a zombie of the last one, or
 * another program with the same number. Then this removes the note. If the number belongs to a PostgreSQL, the
 * folder was moved or copied while in use. A person must decide then.
 */
function clearStaleLock(dir: string): void {
  const pid = readPid(dir);
  const line = pid === undefined || markProcess(pid) === undefined ? '' : commandLine(pid);
  if (/postgres/u.test(line)) {
    throw new Error(
      `PostgreSQL: ${dir}/postmaster.pid names process ${pid} (${line}), which is not this folder's server. ` +
        'If this folder was copied while in use, remove that file.',
    );
  }
  rmSync(join(dir, 'postmaster.pid'), { force: true });
}
