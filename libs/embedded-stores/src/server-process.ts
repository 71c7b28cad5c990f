import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './free-port.js';
import type { StoreName } from './missing-store.js';
import { commandLine, endProcess, isRunning, markProcess, type ProcessMark } from './process-mark.js';
import type { EmbeddedStore, StoreLine } from './store.js';

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * `starting`: it runs and needs more time, or is about to end. `silent`: no answer. `foreign`: a server of another
 * folder.
 */
export type Answer = 'ready' | 'starting' | 'silent' | 'foreign';

/** What is different between one server and another; how to start, find, wait for and end one is the same. */
export interface Server {
  readonly name: StoreName;
  readonly dir: string;
  readonly logFile: string;
  /** Asks for an orderly end that leaves everything on disk, without waiting for clients. */
  readonly endSignal: NodeJS.Signals;
  url(port: number): string;
  /** Speaks to the port with this folder's own password. */
  ask(port: number): Promise<Answer>;
  /** What was written down in the folder when it last ran, true or stale. */
  lastPid(): number | undefined;
  lastPort(): number | undefined;
  /** Whether a process called like this is the server of this folder, and not the next user of its number. */
  isCalled(commandLine: string, port: number): boolean;
}

const POLL_MS = 25;
/** How long a started server may say nothing. Both listen before they recover, so this is not the time of a recovery. */
const FIRST_WORD_MS = 60_000;
/** How long one that has run for a while may say nothing, before it counts as hung. */
const STILL_THERE_MS = 5_000;
/** The end of a recovery from the log; after that a person has to look. */
const RECOVERY_MS = 600_000;
const ORDERLY_END_MS = 20_000;
const START_ATTEMPTS = 8;
const ATTEMPT_PAUSE_MS = 250;
const LOG_TAIL_CHARACTERS = 800;

/** Takes over the server of an earlier run. Undefined: no server runs any more, and a hung one was killed. */
export async function adoptServer(
  server: Server,
  say: StoreLine,
  signal: AbortSignal | undefined,
): Promise<EmbeddedStore | undefined> {
  const found = await findServer(server, signal);
  if (found?.state === 'ready') {
    say(`${server.name}: found running since an earlier start (pid ${found.mark.pid}), taken over`);
    return holdServer(server, found.mark, found.port);
  }
  if (found?.state === 'silent') {
    say(`${server.name}: process ${found.mark.pid} of an earlier start does not answer, killed`);
    await endProcess(found.mark, 'SIGKILL', 0);
  }
  return undefined;
}

/** The address of a server that another process runs; undefined: no answer. Does not change the server. */
export async function urlOfRunning(server: Server): Promise<string | undefined> {
  const found = await findServer(server, undefined);
  return found?.state === 'ready' ? server.url(found.port) : undefined;
}

async function findServer(server: Server, signal: AbortSignal | undefined) {
  const [pid, port] = [server.lastPid(), server.lastPort()];
  const mark = pid === undefined ? undefined : markProcess(pid);
  if (mark === undefined || port === undefined) return undefined;
  if (!server.isCalled(commandLine(mark.pid), port)) return undefined;
  return { mark, port, state: await untilReady(server, mark, port, { signal, silenceMs: STILL_THERE_MS }) };
}

/** @throws Error with the end of the server's log when it does not come up */
export async function startServer(
  server: Server,
  commandFor: (port: number) => Command,
  say: StoreLine,
  signal: AbortSignal | undefined,
): Promise<EmbeddedStore> {
  let preferred = server.lastPort();
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted();
    const port = await freePort(preferred);
    const { child, mark, logged } = await launch(server, commandFor(port));
    try {
      const state = await untilReady(server, mark, port, { signal, silenceMs: FIRST_WORD_MS });
      if (state === 'ready') return holdServer(server, mark, port, { child, say });
      // Another process took the port in between, or some children of a killed PostgreSQL still run.
      const isWorthRepeating = state === 'foreign' || /in use/iu.test(logged());
      if (attempt === START_ATTEMPTS || !isWorthRepeating) throw new Error(failure(server, logged()));
    } catch (error) {
      await endProcess(mark, 'SIGKILL', 0);
      throw error;
    }
    await endProcess(mark, 'SIGKILL', 0);
    preferred = undefined;
    await pause(ATTEMPT_PAUSE_MS);
  }
}

async function untilReady(
  server: Server,
  mark: ProcessMark,
  port: number,
  { signal, silenceMs }: { signal: AbortSignal | undefined; silenceMs: number },
): Promise<Exclude<Answer, 'starting'> | 'gone'> {
  const deadlineMs = performance.now() + RECOVERY_MS;
  let heardMs = performance.now();
  while (isRunning(mark)) {
    signal?.throwIfAborted();
    const answer = await server.ask(port);
    if (answer === 'ready' || answer === 'foreign') return answer;
    const nowMs = performance.now();
    if (answer === 'starting') heardMs = nowMs;
    if (nowMs > deadlineMs || nowMs - heardMs > silenceMs) return 'silent';
    await pause(POLL_MS);
  }
  return 'gone';
}

/**
 * In a separate session, so Ctrl-C in the terminal reaches only the service. The service finishes its work before
 * it ends the stores.
 */
async function launch(
  server: Server,
  command: Command,
): Promise<{ child: ChildProcess; mark: ProcessMark; logged: () => string }> {
  const log = openSync(server.logFile, 'a', 0o600);
  const from = fstatSync(log).size;
  const { file, args, env, ...user } = command;
  const child = spawn(file, args, { cwd: '/', env, ...user, detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  await once(child, 'spawn'); // or throws what `error` says
  child.on('error', () => undefined); // whatever comes later, its end is seen by its mark
  child.unref();
  const pid = child.pid ?? 0;
  return {
    child,
    // One that is gone already has a mark that matches nothing.
    mark: markProcess(pid) ?? { pid, startedAt: '' },
    logged: () => readFileSync(server.logFile).subarray(from).toString('utf8').trim(),
  };
}

function holdServer(
  server: Server,
  mark: ProcessMark,
  port: number,
  own?: { child: ChildProcess; say: StoreLine },
): EmbeddedStore {
  let ending: Promise<void> | undefined;
  own?.child.once('exit', (code, signal) => {
    if (ending !== undefined) return;
    own.say(`${server.name}: ended by itself (${signal ?? `exit code ${code}`}), see ${server.logFile}`);
  });
  return {
    url: server.url(port),
    port,
    pid: mark.pid,
    dir: server.dir,
    stop: () => (ending ??= endProcess(mark, server.endSignal, ORDERLY_END_MS)),
  };
}

function failure(server: Server, reason: string): string {
  const tail = reason.slice(-LOG_TAIL_CHARACTERS).replaceAll(/\s*\n\s*/gu, ' | ');
  return `${server.name} does not start on ${server.dir}: ${tail === '' ? 'no word from it' : tail} (${server.logFile})`;
}
