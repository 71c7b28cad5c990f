import { readdirSync, readFileSync } from 'node:fs';

interface Vector {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** What the schema says, where it is asked: `valid` or `invalid`, and why if not what the codec says. */
  readonly xsd: string | undefined;
  readonly expected: unknown;
}

/** test-vectors/README.md describes the format. */
function readVector(folder: URL, file: string): Vector {
  const [head = '', tail = ''] = readFileSync(new URL(file, folder), 'utf8').split('\n=====\n');
  const lines = head.split('\n');
  const start = lines.findIndex((line) => !line.startsWith('#'));
  const document = start < 0 ? '' : lines.slice(start).join('\n');
  const header = (name: string): string | undefined =>
    lines.find((line) => line.startsWith(`# ${name}: `))?.slice(name.length + 4);
  const bytes = Buffer.from(document, header('bytes') === 'hex' ? 'hex' : 'utf8');
  return { name: file, bytes, xsd: header('xsd'), expected: JSON.parse(tail) };
}

const folder = new URL('../../../test-vectors/ssp/', import.meta.url);
export const vectors: readonly Vector[] = readdirSync(folder).map((file) => readVector(folder, file));
