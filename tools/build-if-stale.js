import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * Builds before `npm start`, `npm run demo` and `npm run sap1`, unless nothing changed since the last build. A build
 * that went well ends with the mark, so half a build is stale.
 */
const ROOT = resolve(import.meta.dirname, '..');
const MARK = join(ROOT, 'dist/.built');
const SOURCES = [
  'apps',
  'libs',
  'migrations',
  'nest-cli.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
];

/** A folder changes when an entry comes or goes, so deleted files are noticed too. */
function newestChangeMs(path) {
  const found = statSync(path);
  if (!found.isDirectory()) return found.mtimeMs;
  return Math.max(found.mtimeMs, ...readdirSync(path).map((entry) => newestChangeMs(join(path, entry))));
}

const isFresh =
  existsSync(MARK) && SOURCES.every((source) => newestChangeMs(join(ROOT, source)) < statSync(MARK).mtimeMs);

if (!isFresh) {
  const { status } = spawnSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, stdio: ['ignore', 2, 2] });
  process.exitCode = status ?? 1;
}
