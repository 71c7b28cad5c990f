import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { LoadLine, LoadPlan, LoadResult } from '../../../loadgen/src/plan.js';
import { nowMs } from '../figures.js';

const LOADGEN = 'apps/loadgen/src';
const TICKS_PER_S = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** Runs a file of TypeScript in a process of its own; what it says on stderr is shown. */
function startTypeScript(file: string, args: readonly string[] = []): ChildProcess {
  return spawn(process.execPath, ['--import', 'tsx', file, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function* linesOf(child: ChildProcess): AsyncGenerator<string> {
  if (child.stdout === null) return;
  yield* createInterface({ input: child.stdout });
}

/** A server that only gives back what it gets. */
export interface Echo {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

export async function startEcho(name: 'fastify-echo' | 'nest-echo'): Promise<Echo> {
  const child = startTypeScript(`${LOADGEN}/baselines/${name}.ts`);
  const exited = once(child, 'exit');
  for await (const url of linesOf(child)) {
    const stop = async (): Promise<void> => {
      child.kill();
      await exited;
    };
    return { url, pid: child.pid ?? 0, stop };
  }
  throw new Error(`${name} ended`);
}

/** Cores that processes used while a load was measured, and what they held at its end. */
export interface Usage {
  readonly cpu: number;
  readonly memoryMib: number;
}

export interface Measured<Watched extends string> extends LoadResult {
  readonly usage: Readonly<Record<Watched, Usage>>;
}

/** Runs one plan in a generator of its own, and watches these processes and their children meanwhile. */
export async function generateLoad<Watched extends string>(
  plan: LoadPlan,
  watched: Readonly<Record<Watched, number>>,
): Promise<Measured<Watched>> {
  const folder = mkdtempSync(join(tmpdir(), 'sap2-load-'));
  try {
    const file = join(folder, 'plan.json');
    writeFileSync(file, JSON.stringify(plan));
    const child = startTypeScript(`${LOADGEN}/main.ts`, [file]);
    let before = { atMs: 0, seconds: {} as Record<string, number> };
    for await (const text of linesOf(child)) {
      const line = JSON.parse(text) as LoadLine;
      const now = { atMs: nowMs(), seconds: eachOf(watched, (pid) => sum(familyOf(pid), cpuSeconds)) };
      if (line.kind === 'measuring') before = now;
      else {
        const tookS = (now.atMs - before.atMs) / 1_000;
        const usage = eachOf(watched, (pid, name) => ({
          cpu: ((now.seconds[name] ?? 0) - (before.seconds[name] ?? 0)) / tookS,
          memoryMib: sum(familyOf(pid), memoryMib),
        }));
        return { ...line.result, usage };
      }
    }
    throw new Error(`The generator of ${plan.scenario} ended without a result`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function eachOf<Name extends string, T>(
  pids: Readonly<Record<Name, number>>,
  read: (pid: number, name: Name) => T,
): Record<Name, T> {
  const names = Object.keys(pids) as Name[];
  return Object.fromEntries(names.map((name) => [name, read(pids[name], name)])) as Record<Name, T>;
}

/** A process and its children: PostgreSQL has one for each connection. */
function familyOf(pid: number): readonly number[] {
  const all = execFileSync('ps', ['-e', '-o', 'pid=,ppid='], { encoding: 'utf8' }).split('\n');
  const children = all.flatMap((line) => {
    const [child = 0, parent] = line.trim().split(/\s+/u).map(Number);
    return parent === pid ? [child] : [];
  });
  return [pid, ...children];
}

const sum = (pids: readonly number[], read: (pid: number) => number): number =>
  pids.reduce((total, pid) => total + read(pid), 0);

/** 0 for a process that ended meanwhile. */
function procFile(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}

/** User and system. */
function cpuSeconds(pid: number): number {
  const [, fields = ''] = procFile(pid, 'stat').split(') ');
  const [user = 0, system = 0] = fields.split(' ').slice(11, 13).map(Number);
  return (user + system) / TICKS_PER_S;
}

/** What the process has for itself: shared memory counts once, at its owner's. */
function memoryMib(pid: number): number {
  const kib = /^RssAnon:\s+(\d+) kB$/mu.exec(procFile(pid, 'status'))?.[1] ?? '0';
  return Number(kib) / 1_024;
}
