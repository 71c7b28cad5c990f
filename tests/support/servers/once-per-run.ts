import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { claimDataDir, DataDirInUseError } from '@sap2/embedded-stores';
import { RUN_FOLDER_VARIABLE } from './test-folder.js';

const POLL_MS = 50;
const POLLS = 6_000;

/** The folder of the run, which ends with all that works in it. */
export function runFolder(): string {
  const folder = process.env[RUN_FOLDER_VARIABLE];
  if (folder !== undefined) return folder;
  throw new Error(`${RUN_FOLDER_VARIABLE} is not set: run by jest with this project's configuration.`);
}

/** Work of one process of the run at a time. A process that dies in it makes room for the next one. */
export async function oneAtATime<T>(name: string, work: () => Promise<T>): Promise<T> {
  const claim = await claimWhenFree(join(runFolder(), 'turns', name));
  try {
    return await work();
  } finally {
    claim.release();
  }
}

/** In this process; each test file has its own. */
const making = new Map<string, Promise<string>>();

/** What the first that asks in a run makes in a folder, and all others find there. @returns the folder */
export function oncePerRun(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const known = making.get(name) ?? makeOrFind(join(runFolder(), name), name, make);
  making.set(name, known);
  return known;
}

async function makeOrFind(
  folder: string,
  name: string,
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const made = `${folder}.made`;
  if (existsSync(made)) return folder;
  await oneAtATime(name, async () => {
    if (existsSync(made)) return;
    mkdirSync(folder, { recursive: true, mode: 0o711 });
    await make(folder);
    writeFileSync(made, '');
  });
  return folder;
}

async function claimWhenFree(folder: string): ReturnType<typeof claimDataDir> {
  for (let poll = 0; ; poll += 1) {
    try {
      return await claimDataDir(folder);
    } catch (error) {
      if (!(error instanceof DataDirInUseError) || poll === POLLS) throw error;
    }
    await pause(POLL_MS);
  }
}
