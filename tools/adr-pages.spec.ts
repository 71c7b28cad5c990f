import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const FOLDER = resolve(import.meta.dirname, '../docs/adr');
const FILES = readdirSync(FOLDER)
  .filter((name) => /^\d{4}-/u.test(name))
  .toSorted();
const textOf = (name: string): string => readFileSync(resolve(FOLDER, name), 'utf8');
const numberOf = (name: string): number => Number(name.slice(0, 4));

describe('docs/adr', () => {
  it('is numbered without gaps and without doubles', () => {
    const numbers = FILES.map(numberOf);
    const all = Array.from({ length: Math.max(...numbers) }, (_, index) => index + 1);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(all.filter((number) => !numbers.includes(number))).toEqual([]);
  });

  it.each(FILES)('%s has the layout of all', (name) => {
    const text = textOf(name);
    const heading = /^# (\d+)\. \S.*\n\n- \*\*Status:\*\* \w.*\n- \*\*Date:\*\* \d{4}-\d\d-\d\d\n/u.exec(
      text,
    );
    expect(Number(heading?.[1])).toBe(numberOf(name));
    const chapters = Array.from(text.matchAll(/^## (.*)$/gmu), ([, title]) => title);
    expect(chapters).toEqual(['Context', 'Decision', 'Consequences']);
  });

  it('has an index with the number, title and file of each', () => {
    const index = textOf('README.md');
    const listed = Array.from(
      index.matchAll(/^\| (\d+) +\| \[(.*)\]\((.*)\) +\|/gmu),
      ([, number, title, file]) => `# ${number}. ${title} ${file}`,
    );
    expect(listed).toEqual(FILES.map((name) => `${textOf(name).split('\n')[0]} ${name}`));
  });
});
