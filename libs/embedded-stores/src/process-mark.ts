import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { errorWord } from './error-word.js';

/** A process, not only its number: the system gives the number to a new process after the old one ends. */
export interface ProcessMark {
  readonly pid: number;
  /** Opaque; equal only for the same process. */
  readonly startedAt: string;
}

const POLL_MS = 20;
/** What the system may take to clear away a killed process, even on a machine that is short of everything. */
const KILL_GRACE_MS = 10_000;

/** Undefined if the process does not exist, or only its zombie does. In a container a zombie may stay forever. */
export function markProcess(pid: number): ProcessMark | undefined {
  return process.platform === 'linux' ? markByProc(pid) : markByPs(pid);
}

export function isRunning(mark: ProcessMark): boolean {
  return markProcess(mark.pid)?.startedAt === mark.startedAt;
}

/** How the process was called, or calls itself now; empty when it is gone. */
export function commandLine(pid: number): string {
  if (process.platform !== 'linux') return ps(pid, 'command=');
  return (readProc(pid, 'cmdline') ?? '').replaceAll('\0', ' ').trim();
}

/** Asks with `signal`; kills after `graceMs`. Resolves when the process is gone, and throws if even SIGKILL does not end it. */
export async function endProcess(mark: ProcessMark, signal: NodeJS.Signals, graceMs: number): Promise<void> {
  send(mark, signal);
  if (await isGoneWithin(mark, graceMs)) return;
  send(mark, 'SIGKILL');
  if (await isGoneWithin(mark, KILL_GRACE_MS)) return;
  throw new Error(`Process ${mark.pid} does not end after SIGKILL.`);
}

async function isGoneWithin(mark: ProcessMark, withinMs: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs <= withinMs; waitedMs += POLL_MS) {
    if (!isRunning(mark)) return true;
    await pause(POLL_MS);
  }
  return false;
}

function send(mark: ProcessMark, signal: NodeJS.Signals): void {
  if (!isRunning(mark)) return;
  try {
    process.kill(mark.pid, signal);
  } catch (error) {
    if (errorWord(error, 'code') !== 'ESRCH') throw error; // it ended between the two lines
  }
}

function markByProc(pid: number): ProcessMark | undefined {
  const startedAt = startOfRunning(readProc(pid, 'stat'));
  return startedAt === undefined ? undefined : { pid, startedAt };
}

/**
 * The start of a process by its `/proc/<pid>/stat`; undefined: it is gone. After SIGKILL its first thread can be a zombie
 * while another one still waits for the disk. Then the process still has its port and its files.
 */
export function startOfRunning(stat: string | undefined): string | undefined {
  // The second field is the program's name in brackets and may hold anything; fields are counted from its end.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  const [state, threads, startedAt] = [fields[0] ?? 'X', Number(fields[17]), fields[19]];
  return state === 'X' || (state === 'Z' && threads <= 1) ? undefined : startedAt;
}

function markByPs(pid: number): ProcessMark | undefined {
  const line = ps(pid, 'stat=,lstart=');
  return line === '' || line.startsWith('Z') ? undefined : { pid, startedAt: line.replace(/^\S+\s+/u, '') };
}

function readProc(pid: number, file: 'stat' | 'cmdline'): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(errorWord(error, 'code'))) return undefined;
    throw error;
  }
}

function ps(pid: number, columns: string): string {
  try {
    // The system prints the start time in words. With these variables they are the same for every caller.
    const env = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };
    return execFileSync('ps', ['-o', columns, '-p', String(pid)], { encoding: 'utf8', env }).trim();
  } catch (error) {
    if (errorWord(error, 'status') === '1') return ''; // no such process
    throw error;
  }
}
