import { lexer, type Token, type Tokens } from 'marked';
import { CODE, type Passage } from './sentences.js';

const breaksIn = (text: string): number => text.split('\n').length - 1;

/** The words of inline Markdown: code becomes one word, a link its text, `<br>` the end of a line. */
function wordsOf(tokens: readonly Token[]): string {
  return tokens
    .map((token) => {
      if (token.type === 'codespan') return `${CODE}${'\n'.repeat(breaksIn(token.raw))}`;
      if (token.type === 'html') return token.raw.startsWith('<br') ? '. ' : '';
      if (token.type === 'escape') return token.raw.slice(1);
      const inner = 'tokens' in token ? token.tokens : undefined;
      return inner === undefined ? token.raw : wordsOf(inner);
    })
    .join('');
}

function passagesOfTable(table: Tokens.Table, line: number): readonly Passage[] {
  const rows = [table.header, ...table.rows];
  return rows.flatMap((cells, row) =>
    cells.map(({ tokens }) => ({ line: row === 0 ? line : line + row + 1, text: wordsOf(tokens) })),
  );
}

function passagesOfBlock(token: Token, line: number): readonly Passage[] {
  switch (token.type) {
    case 'table':
      return passagesOfTable(token as Tokens.Table, line);
    case 'list':
      return passagesOf((token as Tokens.List).items, line);
    case 'list_item':
    case 'blockquote':
      return passagesOf(token.tokens ?? [], line);
    case 'paragraph':
    case 'heading':
    case 'text':
      return [{ line, text: wordsOf(token.tokens ?? []) }];
    default:
      return [];
  }
}

function passagesOf(tokens: readonly Token[], start: number): readonly Passage[] {
  let line = start;
  return tokens.flatMap((token) => {
    const passages = passagesOfBlock(token, line);
    line += breaksIn(token.raw);
    return passages;
  });
}

/** Paragraphs, headings, items of lists and cells of tables. Blocks of code are no prose. */
export const passagesOfMarkdown = (page: string): readonly Passage[] => passagesOf(lexer(page), 1);
