import { chmodSync, mkdirSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { errorWord } from './error-word.js';
import { markProcess, type ProcessMark } from './process-mark.js';

/** One file per process that says "mine", named after the process; the files of the dead are swept away. */
const CLAIMS = 'claims';
const ATTEMPTS = 4;
const LONGEST_PAUSE_MS = 150;

/** Message: who uses the folder, and what to do. */
export class DataDirInUseError extends Error {
  override readonly name = 'DataDirInUseError';

  constructor(dataDir: string, pid: number) {
    super(`another SAP 2 (pid ${pid}) uses ${dataDir}; set SAP2_DATA_DIR to another folder`);
  }
}

export interface DataDirClaim {
  /** The real path. */
  readonly dataDir: string;
  release(): void;
}

/**
 * Creates the folder and returns its real path. Others may pass the folder of root but not read it. PostgreSQL
 * refuses to run as root and must reach its part of the folder. Every secret in it is a file of mode 0600.
 */
export function prepareDataDir(dataDir: string): string {
  const isNew = mkdirSync(dataDir, { recursive: true }) !== undefined;
  if (isNew) chmodSync(dataDir, process.getuid?.() === 0 ? 0o711 : 0o700);
  return realpathSync(dataDir);
}

/**
 * Makes this process the only SAP 2 on the folder, until it releases it or dies in any way.
 * Each process writes its own claim first and then reads the others. So of two parallel processes at least one sees
 * the other. A process never takes over a file, so it cannot remove a live claim by mistake.
 * @throws DataDirInUseError
 */
export async function claimDataDir(dataDir: string): Promise<DataDirClaim> {
  const real = prepareDataDir(dataDir);
  const own = ownMark();
  for (let attempt = 1; ; attempt += 1) {
    const claim = writeClaim(real, own);
    const other = liveClaims(join(real, CLAIMS)).find((mark) => mark.pid !== own.pid);
    if (other === undefined) return claim;
    claim.release();
    if (attempt === ATTEMPTS) throw new DataDirInUseError(real, other.pid);
    // Two that saw each other both step back: an uneven pause lets one of them through.
    await pause(Math.random() * LONGEST_PAUSE_MS);
  }
}

function ownMark(): ProcessMark {
  const own = markProcess(process.pid);
  if (own === undefined)
    throw new Error('The system does not list this process, so it cannot claim the data folder.');
  return own;
}

function writeClaim(dataDir: string, own: ProcessMark): DataDirClaim {
  mkdirSync(join(dataDir, CLAIMS), { recursive: true, mode: 0o700 });
  const file = join(dataDir, CLAIMS, fileName(own));
  try {
    writeFileSync(file, '', { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (errorWord(error, 'code') === 'EEXIST') throw new DataDirInUseError(dataDir, own.pid);
    if (errorWord(error, 'code') === 'EACCES') {
      throw new Error(`${dataDir} belongs to another user; set SAP2_DATA_DIR to a folder of your own`, {
        cause: error,
      });
    }
    throw error;
  }
  return { dataDir, release: () => rmSync(file, { force: true }) };
}

function liveClaims(folder: string): ProcessMark[] {
  return readdirSync(folder).flatMap((name) => {
    const mark = markProcess(Number.parseInt(name, 10));
    if (mark !== undefined && fileName(mark) === name) return [mark];
    rmSync(join(folder, name), { force: true });
    return [];
  });
}

function fileName(mark: ProcessMark): string {
  return `${mark.pid}.${mark.startedAt.replaceAll(/\W/gu, '-')}`;
}
