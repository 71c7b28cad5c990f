import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const ROOT = resolve(import.meta.dirname, '..');
const textOf = (file: string): string => readFileSync(resolve(ROOT, file), 'utf8');

interface Row {
  readonly threat: string;
  /** Files, each with the names of its tests. */
  readonly tests: readonly (readonly [file: string, name: string])[];
}

/** The rows of the table, the head left out. */
function rowsOf(page: string): readonly Row[] {
  return page
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(1)
    .filter((line) => !/^\|[\s:|-]+\|$/u.test(line))
    .map((line) => {
      const [, threat = '', , shownBy = ''] = line.split(/(?<!\\)\|/u).map((cell) => cell.trim());
      const tests = shownBy.split('<br>').flatMap((part) => {
        const file = /`([^`]+)`/u.exec(part)?.[1] ?? '';
        return Array.from(part.matchAll(/“([^”]+)”/gu), ([, name = '']) => [file, name] as const);
      });
      return { threat, tests };
    });
}

/** Whether a test or a table of tests is called so, in whatever quotes. */
function hasTest(source: string, name: string): boolean {
  const calls = ["'", '"', '`'].map((quote) => `(${quote}${name}${quote},`);
  return calls.some((call) => source.replaceAll(/\(\s+(?=['"`])/gu, '(').includes(call));
}

const ROWS = rowsOf(textOf('docs/security.md'));

describe('docs/security.md', () => {
  it('has a row for each of the threats that there must be one for', () => {
    const threats = ROWS.map(({ threat }) => threat).join('\n');
    for (const word of [
      'by each primitive',
      'serviceID',
      'reflected',
      'captured and replayed',
      'challenge login is replayed',
      'downgrade',
      'redirect',
      'enumeration of users by timing',
      'phase 1',
      'one after the other or 1000 at once',
      "administrators' API",
      'dump of the database',
      'secrets in logs',
      'floods of bad input',
    ]) {
      expect(threats).toContain(word);
    }
  });

  it.each(ROWS.map((row) => [row.threat, row] as const))(
    'names tests that there are: %s',
    (_threat, { tests }) => {
      expect(tests.length).toBeGreaterThan(0);
      const missing = tests.filter(
        ([file, name]) => !existsSync(resolve(ROOT, file)) || !hasTest(textOf(file), name),
      );
      expect(missing).toEqual([]);
    },
  );
});

describe('the search for a test', () => {
  const source = `it('one', () => {});\nit.each([1])(\n  "another's %s",\n  () => {});\n// it is called 'three', or so`;

  it('finds calls, in one line or several, and nothing else', () => {
    expect(['one', "another's %s", 'three', 'on'].map((name) => hasTest(source, name))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
