import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { commandLine, endProcess, isRunning, markProcess } from './process-mark.js';

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
