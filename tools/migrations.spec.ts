import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { MIGRATIONS } from '../migrations/index.js';

/** What the version before would stumble over while both run: it is taken away, renamed, or has to be there. */
const CONTRACTION =
  /\b(?:DROP\s+(?:COLUMN|TABLE)\s+(?:IF\s+EXISTS\s+)?\w|RENAME\s+(?:TO|COLUMN)\b|ALTER\s+COLUMN\s+\w+\s+(?:SET\s+NOT\s+NULL|TYPE)\b|ADD\s+COLUMN\s+\w+[^,;]*\bNOT\s+NULL\b(?![^,;]*\bDEFAULT\b)(?<!DEFAULT[^,;]*))/iu;
/** A migration states this when no version uses the object any more: `contracts what 1.4 stopped using`. */
const EXCUSED = /contracts what \d+\.\d+ stopped using/u;

const isSafe = (text: string): boolean => !CONTRACTION.test(text) || EXCUSED.test(text);

const FILES = readdirSync('migrations').filter((file) => /^\d+-.*\.ts$/u.test(file));

describe('a migration', () => {
  it.each(FILES)(
    '%s leaves the version before it at work: it expands, and contracts only what is said to be unused',
    (file) => {
      expect(isSafe(readFileSync(`migrations/${file}`, 'utf8'))).toBe(true);
    },
  );

  it('stands in the list, in the order of time', () => {
    const times = FILES.map((file) => file.split('-')[0] ?? '').toSorted();
    expect(MIGRATIONS.map(({ name }) => /\d+$/u.exec(name)?.[0])).toEqual(times);
  });

  it.each([
    'ALTER TABLE account DROP COLUMN password_hash',
    'ALTER TABLE account RENAME COLUMN id TO name',
    'ALTER TABLE account RENAME TO users',
    'DROP TABLE job',
    'ALTER TABLE account ALTER COLUMN domain SET NOT NULL',
    'ALTER TABLE account ALTER COLUMN version TYPE bigint',
    'ALTER TABLE account ADD COLUMN colour text NOT NULL',
  ])('that says %s is noticed', (statement) => {
    expect(isSafe(statement)).toBe(false);
    expect(isSafe(`/* contracts what 1.4 stopped using */ ${statement}`)).toBe(true);
  });

  it.each([
    'ALTER TABLE account ADD COLUMN colour text',
    `ALTER TABLE account ADD COLUMN colour text NOT NULL DEFAULT 'red'`,
    `ALTER TABLE account ADD COLUMN colour text DEFAULT 'red' NOT NULL`,
    'CREATE INDEX account_by_colour ON account (colour)',
    `EXECUTE format('DROP TABLE %I', partition_name)`,
  ])('that says %s is fine', (statement) => {
    expect(isSafe(statement)).toBe(true);
  });
});
