import { describe, expect, it } from '@jest/globals';
import { passagesOfMarkdown } from './passages-of-markdown.js';
import { passagesOfTypescript } from './passages-of-typescript.js';
import { sentencesOf } from './sentences.js';

const sentences = (text: string): readonly (readonly [number, string, number])[] =>
  sentencesOf({ line: 1, text }).map(({ line, text: words, words: count }) => [line, words, count]);

describe('sentences', () => {
  it.each<[text: string, words: readonly number[]]>([
    ['One two. Three four five.', [2, 3]],
    ['A colon: it ends nothing; nor does a semicolon.', [9]],
    ['See `npm run check` for 100 000 rows (ADR 9).', [5]],
    ['A name such as `a.b` or e.g. another.', [8]],
    ['Login → decode the bytes → answer.', [1, 3, 1]],
  ])('%j', (text, words) => {
    expect(sentences(text).map(([, , count]) => count)).toEqual(words);
  });

  it('know their lines, and a line break ends none', () => {
    expect(sentences('One\ntwo. Three\nfour.')).toEqual([
      [1, 'One two.', 2],
      [2, 'Three four.', 2],
    ]);
  });
});

describe('passages of a page', () => {
  it('are paragraphs, items and cells, each with its line, without code', () => {
    const page = [
      '# Title',
      '',
      'Text [link](x.md).',
      '',
      '```sh',
      'no prose',
      '```',
      '',
      '1. first',
      '2. second',
      '',
      '| a | b |',
      '| - | - |',
      '| c | `d` |',
    ];
    expect(passagesOfMarkdown(page.join('\n')).map(({ line, text }) => [line, text])).toEqual([
      [1, 'Title'],
      [3, 'Text link.'],
      [9, 'first'],
      [10, 'second'],
      [12, 'a'],
      [12, 'b'],
      [14, 'c'],
      [14, 'CODE'],
    ]);
  });
});

describe('passages of a source', () => {
  const SOURCE = [
    '/**',
    ' * About the class',
    ' * in two lines.',
    ' *',
    ' * - an item',
    ' */',
    'export class A {}',
    '// one comment',
    '// in two lines',
    'const short = "not a sentence";',
    'throw new Error("The file has no line that we can read.");',
    '// oxlint-disable-next-line no-var -- a reason',
  ];

  it('are comments, joined where they belong together, and strings that are sentences', () => {
    const { comments, texts } = passagesOfTypescript('a.ts', SOURCE.join('\n'));
    expect(comments.map(({ line, text }) => [line, text.trim()])).toEqual([
      [1, 'About the class\nin two lines.'],
      [5, '- an item'],
      [8, 'one comment\nin two lines'],
      [12, 'a reason'],
    ]);
    expect(texts).toEqual([{ line: 11, text: 'The file has no line that we can read.' }]);
  });
});
