import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Of `package.json`, which lies above the sources and above `dist` too. */
function ownVersion(folder: string): string {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return ownVersion(dirname(folder));
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version;
}

export const VERSION = ownVersion(import.meta.dirname);
