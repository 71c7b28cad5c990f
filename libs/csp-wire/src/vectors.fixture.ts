import { readdirSync, readFileSync } from 'node:fs';
import type { CspEncoding } from './messages.js';
import { readWbxmlText } from './wbxml/wbxml-text.fixture.js';

export interface CspVector {
  readonly name: string;
  readonly encoding: CspEncoding;
  readonly bytes: Uint8Array;
  /** Whether the writer writes exactly this document. */
  readonly written: boolean;
  readonly expected: unknown;
}

/** test-vectors/README.md describes the format. */
function readVectors(folder: URL, file: string): readonly CspVector[] {
  const [head = '', ...parts] = readFileSync(new URL(file, folder), 'utf8').split(/^--- /m);
  const sections = new Map(
    parts.map((part) => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n') + 1, -1)]),
  );
  const expected: unknown = JSON.parse(sections.get('value') ?? '');
  const written = head.includes('\n# written exactly\n');
  const vector = (encoding: CspEncoding, bytes: Uint8Array): CspVector => ({
    name: `${file}, ${encoding}`,
    encoding,
    bytes,
    written,
    expected,
  });
  const xml = sections.get('xml');
  const wbxml = sections.get('wbxml');
  return [
    ...(xml === undefined ? [] : [vector('xml', Buffer.from(xml))]),
    ...(wbxml === undefined ? [] : [vector('wbxml', readWbxmlText(wbxml))]),
  ];
}

const folder = new URL('../../../test-vectors/csp/', import.meta.url);
export const vectors: readonly CspVector[] = readdirSync(folder)
  .filter((file) => file.endsWith('.txt'))
  .flatMap((file) => readVectors(folder, file));
