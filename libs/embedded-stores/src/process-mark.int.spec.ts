import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { commandLine, endProcess, isRunning, markProcess, startOfRunning } from './process-mark.js';

async function sleeper(script = 'setInterval(() => {}, 1000); console.log("up")') {
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  const mark = markProcess(child.pid ?? 0);
  if (mark === undefined) throw new Error('It did not start.');
  return mark;
}

describe('the mark of a process', () => {
  it('does not fit the next process that gets the number', () => {
    const own = markProcess(process.pid);
    expect(own && isRunning(own)).toBe(true);
    expect(isRunning({ pid: process.pid, startedAt: '1' })).toBe(false);
  });

  it('does not exist for a process that is gone', async () => {
    const mark = await sleeper();
    expect(commandLine(mark.pid)).toContain('setInterval');
    await endProcess(mark, 'SIGTERM', 5_000);
    expect(isRunning(mark)).toBe(false);
    expect(commandLine(mark.pid)).toBe('');
    await endProcess(mark, 'SIGTERM', 5_000);
  });

  it('kills what does not listen', async () => {
    const mark = await sleeper(
      'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); console.log("up")',
    );
    await endProcess(mark, 'SIGTERM', 100);
    expect(isRunning(mark)).toBe(false);
  });
});

describe('a process that was killed', () => {
  const statOf = (state: string, threads: number): string =>
    `4711 (redis (1) x) ${state} 1 4711 4711 0 -1 4194560 1 0 0 0 2 3 0 0 20 0 ${threads} 0 7890 65 8`;

  it('still runs while a thread of it does: it has its port as long', () => {
    expect(startOfRunning(statOf('S', 4))).toBe('7890');
    expect(startOfRunning(statOf('Z', 2))).toBe('7890');
  });

  it.each([
    ['its last thread ended', statOf('Z', 1)],
    ['it is dead', statOf('X', 0)],
    ['there is no such process', undefined],
  ])('is gone when %s', (_case, stat) => {
    expect(startOfRunning(stat)).toBeUndefined();
  });
});
