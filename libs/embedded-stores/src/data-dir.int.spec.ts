import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { claimDataDir } from './data-dir.js';
import { markProcess } from './process-mark.js';

let dataDir = '';
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'claims-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

/** Another process that has claimed the folder: its claim is written for it. */
async function otherHolder() {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  const pid = child.pid ?? 0;
  mkdirSync(join(dataDir, 'claims'), { recursive: true });
  writeFileSync(join(dataDir, 'claims', `${pid}.${markProcess(pid)?.startedAt}`), '');
  return {
    pid,
    die: async () => {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

describe('the claim on a data folder', () => {
  it('is refused while another process holds it, and says who and what to do', async () => {
    const other = await otherHolder();
    await expect(claimDataDir(dataDir)).rejects.toThrow(
      `another SAP 2 (pid ${other.pid}) uses ${dataDir}; set SAP2_DATA_DIR to another folder`,
    );
    expect(readdirSync(join(dataDir, 'claims'))).toHaveLength(1);
    await other.die();
  });

  it('is free again when the holder was killed with -9', async () => {
    const other = await otherHolder();
    await other.die();
    const claim = await claimDataDir(dataDir);
    expect(readdirSync(join(dataDir, 'claims'))).toHaveLength(1);
    claim.release();
    expect(readdirSync(join(dataDir, 'claims'))).toHaveLength(0);
  });

  it('is free when the number of a dead holder went to another process', async () => {
    mkdirSync(join(dataDir, 'claims'));
    writeFileSync(join(dataDir, 'claims', `${process.ppid}.1`), '');
    const claim = await claimDataDir(dataDir);
    expect(claim.dataDir).toBe(dataDir);
    claim.release();
  });

  it('goes to one caller of several at once', async () => {
    const results = await Promise.allSettled([claimDataDir(dataDir), claimDataDir(dataDir)]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });
});
