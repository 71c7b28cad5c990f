import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import {
  type EmbeddedStore,
  markProcess,
  startEmbeddedPostgres,
  startEmbeddedRedis,
} from '@sap2/embedded-stores';
import { putPostgresInto } from './postgres-template.js';
import { testFolder } from './test-folder.js';

const POLL_MS = 20;
const KILL_POLLS = 500;

/** A server for one test, which may break it. `url` stays the same: `start` throws if another process took the port. */
export interface TestServer {
  readonly url: string;
  readonly pid: number;
  /** The data folder: an `SAP2_DATA_DIR`. */
  readonly dataDir: string;
  /** SIGKILL: as a crash. Resolves when the process is gone; `start` brings it back with its data. */
  kill(): Promise<void>;
  /** An orderly end that keeps the data; `start` brings it back. */
  halt(): Promise<void>;
  start(): Promise<void>;
  /** Frozen, connections and all: it accepts and never answers. */
  freeze(): void;
  thaw(): void;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

/** Does not wait for the disk. Writes of a killed process stay, but a power failure would lose some. */
export async function startTestPostgres(): Promise<TestServer> {
  const dataDir = testFolder();
  await putPostgresInto(dataDir);
  return await startTestServer(dataDir, () =>
    startEmbeddedPostgres({ dataDir, durable: false, say: () => undefined }),
  );
}

/** About 50 ms. */
export async function startTestRedis(
  options: { appendFsync?: 'always' | 'everysec' | 'no' } = {},
): Promise<TestServer> {
  const dataDir = testFolder();
  return await startTestServer(dataDir, () =>
    startEmbeddedRedis({ dataDir, say: () => undefined, appendFsync: options.appendFsync }),
  );
}

async function startTestServer(dataDir: string, start: () => Promise<EmbeddedStore>): Promise<TestServer> {
  let store = await start();
  // The parent first: a frozen one gets no more children. PostgreSQL has a child for each connection.
  const signal = (name: NodeJS.Signals) => {
    send(store.pid, name);
    for (const pid of childrenOf(store.pid)) send(pid, name);
  };
  return {
    dataDir,
    get url() {
      return store.url;
    },
    get pid() {
      return store.pid;
    },
    kill: async () => {
      send(store.pid, 'SIGKILL');
      await untilGone(store.pid);
    },
    halt: () => store.stop(),
    start: async () => {
      const { url } = store;
      store = await start();
      if (store.url !== url) throw new Error(`The port of ${url} was taken, so the server is elsewhere now.`);
    },
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    stop: async () => {
      await store.stop();
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
    },
  };
}

function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name) && parentOf(name) === String(pid))
    .map(Number);
}

/** Whether the process was still there to get it. */
function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

async function untilGone(pid: number): Promise<void> {
  for (let poll = 0; poll < KILL_POLLS; poll += 1) {
    if (markProcess(pid) === undefined) return;
    await pause(POLL_MS);
  }
  throw new Error(`Process ${pid} does not end.`);
}

/** Undefined: no such process. */
function parentOf(pid: string): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
  } catch {
    return undefined; // it ended meanwhile
  }
}
