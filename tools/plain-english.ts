import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { passagesOfMarkdown } from './plain-english/passages-of-markdown.js';
import { passagesOfTypescript } from './plain-english/passages-of-typescript.js';
import { RIDDLES } from './plain-english/riddles.js';
import { CODE, type Passage, type Sentence, sentencesOf } from './plain-english/sentences.js';

/** `npm run check:english`: sentences that are too long, and words that a reader from elsewhere cannot know (ADR 33). */

const MOST_WORDS = { page: 20, comment: 25, text: 25 } as const;

type Kind = keyof typeof MOST_WORDS;

interface Reading extends Passage {
  readonly file: string;
  readonly kind: Kind;
}

function filesOf(...patterns: readonly string[]): readonly string[] {
  const listed = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', ...patterns], {
    encoding: 'utf8',
  });
  if (listed.status !== 0) throw new Error(`git ls-files failed: ${listed.stderr}`);
  return listed.stdout.split('\n').filter((file) => file !== '');
}

const readPage = (file: string): readonly Reading[] =>
  passagesOfMarkdown(readFileSync(file, 'utf8')).map((passage) => ({ ...passage, file, kind: 'page' }));

/** The texts of tests are their data; what a test is about stands in its names, which are read by people who know it. */
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
    const most = MOST_WORDS[reading.kind];
    const tooLong = sentence.words > most ? [at(reading.file, sentence)] : [];
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
  'libs/**/*.ts',
  'migrations/*.ts',
  'tests/**/*.ts',
  'tools/*.ts',
  'tools/**/*.ts',
];

const pages = filesOf(...PAGES).flatMap(readPage);
const sources = filesOf(...SOURCES).flatMap(readSource);
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
      `${faults.length} faults. A sentence has at most ${MOST_WORDS.page} words on a page, ${MOST_WORDS.comment} in a ` +
        `comment or text (${CODE} is one word). Make two of one, or name the thing by the word of docs/glossary.md.`,
    );
    process.exitCode = 1;
  }
}
