import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const AGGREGATE = /\b(?:min|max|sum|avg)\s*\(/i;

/**
 * Whether `greatest` or `least` stands around an aggregate. An aggregate over no row is NULL, and both leave a NULL out:
 * `greatest(0, min(due_at))` is 0 where nothing is due.
 */
function hidesNoRow(sql: string): boolean {
  return [...sql.matchAll(/\b(?:greatest|least)\s*\(/gi)].some(({ 0: head, index }) =>
    AGGREGATE.test(argumentsFrom(sql, index + head.length)),
  );
}

/** Up to the bracket that closes the one before `start`. */
function argumentsFrom(sql: string, start: number): string {
  let open = 1;
  let end = start;
  for (; open > 0 && end < sql.length; end++) {
    if (sql[end] === '(') open += 1;
    if (sql[end] === ')') open -= 1;
  }
  return sql.slice(start, end);
}

const sources = ['apps', 'libs', 'migrations'].flatMap((room) =>
  readdirSync(room, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts') && !file.includes('node_modules'))
    .map((file) => join(room, file)),
);

describe('SQL', () => {
  it.each([
    ['SELECT greatest(0, extract(epoch FROM min(due_at) - now()) * 1000) FROM job', true],
    ['SELECT least (MAX(at), $1) FROM job', true],
    ['SELECT greatest(0, extract(epoch FROM due_at - now()) * 1000) FROM job', false],
    ['SELECT min(greatest(0, at)) FROM job', false],
    ['SELECT greatest(a, b), min(c) FROM job', false],
  ])('%s hides that there was no row: %s', (sql, hides) => {
    expect(hidesNoRow(sql)).toBe(hides);
  });

  it('has neither greatest nor least around an aggregate', () => {
    expect(sources.length).toBeGreaterThan(100);
    expect(sources.filter((file) => hidesNoRow(readFileSync(file, 'utf8')))).toEqual([]);
  });
});
