import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..');
const MAX_OUTPUT_BYTES = 67_108_864;

/** A project of a few files. A tool of the real project runs on it. */
export interface PlantedHouse {
  plant(file: string, text: string): Promise<void>;
  /** Runs a Node program there, given by its path from the root. A tool that finds something ends with an error. */
  run(
    program: string,
    args: readonly string[],
  ): Promise<{ readonly output: string; readonly succeeded: boolean }>;
  tearDown(): Promise<void>;
}

/** `borrowed` are files of the real house that the tool consists of or reads. */
export async function plantHouse(
  borrowed: readonly string[],
  files: readonly (readonly [file: string, text: string])[],
): Promise<PlantedHouse> {
  const root = await mkdtemp(join(tmpdir(), 'house-'));
  for (const file of borrowed) await cp(join(ROOT, file), join(root, file));
  await symlink(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  const plant = async (file: string, text: string): Promise<void> => {
    await mkdir(join(root, dirname(file)), { recursive: true });
    await writeFile(join(root, file), text);
  };
  for (const [file, text] of files) await plant(file, text);
  return {
    plant,
    run: (program, args) =>
      new Promise((done) => {
        const options = { cwd: root, maxBuffer: MAX_OUTPUT_BYTES };
        execFile(process.execPath, [program, ...args], options, (error, output) => {
          done({ output, succeeded: error === null });
        });
      }),
    tearDown: () => rm(root, { recursive: true }),
  };
}
