import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { passagesOfMarkdown } from './plain-english/passages-of-markdown.js';
import { passagesOfTypescript } from './plain-english/passages-of-typescript.js';
import { RIDDLES } from './plain-english/riddles.js';
import { CODE, type Passage, type Sentence, sentencesOf } from './plain-english/sentences.js';

/**
 * `npm run check:english`: finds long sentences and unclear words (ADR 33). With the begin of a path it checks only
 * those files; with `--sample [seed]` it prints a sample.
 */

const MOST_WORDS = 20;

type Kind = 'page' | 'comment' | 'text';

interface Reading extends Passage {
  readonly file: string;
  readonly kind: Kind;
}

function filesOf(...patterns: readonly string[]): readonly string[] {
  const listed = spawnSync(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate', ...patterns],
    {
      encoding: 'utf8',
    },
  );
  if (listed.status !== 0) throw new Error(`git ls-files failed: ${listed.stderr}`);
  return listed.stdout.split('\n').filter((file) => existsSync(file));
}

const readPage = (file: string): readonly Reading[] =>
  passagesOfMarkdown(readFileSync(file, 'utf8')).map((passage) => ({ ...passage, file, kind: 'page' }));

/** The strings of tests are data. */
const isTest = (file: string): boolean => /\.(?:spec|fixture|contract)\.ts$|^tests\//u.test(file);

function readSource(file: string): readonly Reading[] {
  const { comments, texts } = passagesOfTypescript(file, readFileSync(file, 'utf8'));
  const as = (kind: Kind, passages: readonly Passage[]): readonly Reading[] =>
    passages.map((passage) => ({ ...passage, file, kind }));
  return [...as('comment', comments), ...(isTest(file) ? [] : as('text', texts))];
}

const at = (file: string, { line, words, text }: Sentence): string =>
  `${file}:${line} ${words} words: ${text}`;

function faultsOf(reading: Reading): readonly string[] {
  return sentencesOf(reading).flatMap((sentence) => {
    const tooLong = sentence.words > MOST_WORDS ? [at(reading.file, sentence)] : [];
    const riddles = RIDDLES.flatMap(([riddle, instead]) => {
      const word = riddle.exec(sentence.text)?.[0];
      return word === undefined ? [] : [`${reading.file}:${sentence.line} "${word}": write ${instead}`];
    });
    return [...tooLong, ...riddles];
  });
}

/** A small generator of chance (mulberry32), so that a seed names one sample. */
function chanceOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    const mixed = Math.imul(state ^ (state >>> 15), state | 1);
    const again = mixed ^ (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61));
    return ((again ^ (again >>> 14)) >>> 0) / 2 ** 32;
  };
}

function pick<T>(all: readonly T[], count: number, chance: () => number): readonly T[] {
  return all
    .map((one) => [chance(), one] as const)
    .toSorted(([one], [other]) => one - other)
    .slice(0, count)
    .map(([, one]) => one);
}

function longestOf(passages: readonly Passage[]): Sentence {
  const sentences = passages.flatMap(sentencesOf);
  return sentences.reduce((longest, each) => (each.words > longest.words ? each : longest), {
    line: 1,
    text: '',
    words: 0,
  });
}

/** The reader's test: five pages and ten docstrings at random, and the longest sentence of each. */
function sample(pages: readonly Reading[], sources: readonly Reading[], seed: number): readonly string[] {
  const chance = chanceOf(seed);
  const names = [...new Set(pages.map(({ file }) => file))];
  const comments = sources.filter(({ kind, text }) => kind === 'comment' && text.includes(' '));
  return [
    `seed ${seed}`,
    ...pick(names, 5, chance).map((name) => at(name, longestOf(pages.filter(({ file }) => file === name)))),
    ...pick(comments, 10, chance).map((comment) => at(comment.file, longestOf([comment]))),
  ];
}

const PAGES = ['README.md', 'CONTRIBUTING.md', 'docs/*.md', 'docs/**/*.md', 'test-vectors/*.md'];
const SOURCES = [
  'apps/**/*.ts',
  'apps/**/*.tsx',
  'libs/**/*.ts',
  'migrations/*.ts',
  'tests/**/*.ts',
  'tools/*.ts',
  'tools/**/*.ts',
];

const pages = filesOf(...PAGES).flatMap(readPage);
/** Its sentences are those of the OpenAPI document, which are checked where they are written. */
const GENERATED = 'clients/typescript/openapi.ts';
const sources = filesOf(...SOURCES)
  .filter((file) => file !== GENERATED)
  .flatMap(readSource);
const [option, value] = process.argv.slice(2);
if (option === '--sample') {
  const seed = value === undefined ? Math.trunc(Math.random() * 2 ** 31) : Number(value);
  console.log(sample(pages, sources, seed).join('\n'));
} else {
  const faults = [...pages, ...sources]
    .filter(({ file }) => option === undefined || file.startsWith(option))
    .flatMap(faultsOf);
  if (faults.length > 0) {
    console.error(faults.join('\n'));
    console.error(
      `${faults.length} faults. A sentence has at most ${MOST_WORDS} words (${CODE} is one word). Make two sentences of ` +
        'one, and use the terms of docs/glossary.md.',
    );
    process.exitCode = 1;
  }
}
