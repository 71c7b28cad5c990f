import ts from 'typescript';
import type { Passage } from './sentences.js';

export interface Passages {
  readonly comments: readonly Passage[];
  /** Strings that are sentences: errors, logs, help. */
  readonly texts: readonly Passage[];
}

/** Directives to tools, up to the reason that follows them. */
const DIRECTIVE =
  /^\s*(?:oxlint-disable\S*(?: [\w\-/,@ ]+?)? -- |@ts-\S+|prettier-ignore|\/ <reference.*|eslint\S*.*)/u;
/** Where a new passage begins: an empty line, an item of a list, a tag. */
const OPENING = /^\s*(?:$|[-*•] |\d+[.)] |@\w)/u;

function lineOf(text: string, position: number): number {
  return text.slice(0, position).split('\n').length;
}

/** The comment's lines without the signs that make it one. */
function linesOf(comment: string): readonly string[] {
  if (comment.startsWith('//')) return comment.split('\n').map((line) => line.replace(/^\s*\/\/ ?/u, ''));
  const inner = comment.replace(/^\/\*\*?/u, '').replace(/\*\/$/u, '');
  return inner.split('\n').map((line) => line.replace(/^\s*\* ?/u, ''));
}

function passagesOfComment(comment: string, firstLine: number): readonly Passage[] {
  const passages: { line: number; lines: string[] }[] = [];
  linesOf(comment).forEach((raw, index) => {
    const line = raw.replace(DIRECTIVE, '');
    if (line.trimStart().startsWith('|')) {
      passages.push(...line.split('|').map((cell) => ({ line: firstLine + index, lines: [cell] })));
      return;
    }
    if (passages.length === 0 || OPENING.test(line)) passages.push({ line: firstLine + index, lines: [] });
    passages.at(-1)?.lines.push(line.replace(/^\s*@(?:param|returns|throws|see|link)\b/u, ''));
  });
  return passages
    .map(({ line, lines }) => ({ line, text: lines.join('\n') }))
    .filter(({ text }) => text.trim() !== '');
}

/** Line comments in lines that follow each other are one comment. */
function joined(ranges: readonly ts.CommentRange[], text: string): readonly ts.TextRange[] {
  const whole: { pos: number; end: number; isLine: boolean }[] = [];
  for (const { pos, end, kind } of ranges) {
    const before = whole.at(-1);
    const isLine = kind === ts.SyntaxKind.SingleLineCommentTrivia;
    if (before?.isLine === true && isLine && /^\r?\n[ \t]*$/u.test(text.slice(before.end, pos)))
      before.end = end;
    else whole.push({ pos, end, isLine });
  }
  return whole;
}

/** A sentence has four words or more, most of them in lower case; SQL and names have not. */
function isProse(text: string): boolean {
  const words = text.split(/\s+/u).filter((word) => word !== '');
  const plain = words.filter((word) => /^[(“"'`]?[A-Za-z]?[a-z]+[)”"'`.,:;!?]*$/u.test(word));
  return (
    words.length >= 4 &&
    plain.length * 2 > words.length &&
    !/\b(?:SELECT|INSERT|UPDATE|WHERE|FROM)\b/u.test(text)
  );
}

function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return [node.head.text, ...node.templateSpans.map(({ literal }) => `\`…\`${literal.text}`)].join('');
}

/** An empty line or an indented line, such as an example of a command, ends a passage. */
function passagesOfString(text: string, line: number): readonly Passage[] {
  return text
    .split(/\n(?=\n| {2})/u)
    .map((part) => ({ line, text: part.replace(/^ {2}.*/u, '') }))
    .filter((passage) => isProse(passage.text));
}

/** A file's comments and sentences, in the order of the file. */
export function passagesOfTypescript(file: string, text: string): Passages {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const comments = new Map<number, ts.CommentRange>();
  const texts: Passage[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isJSDoc(node)) return;
    const found = textOf(node);
    if (found !== undefined) texts.push(...passagesOfString(found, lineOf(text, node.getStart(source))));
    const children = node.getChildren(source);
    if (children.length === 0) {
      const leading = ts.getLeadingCommentRanges(text, node.getFullStart()) ?? [];
      const trailing = ts.getTrailingCommentRanges(text, node.getEnd()) ?? [];
      for (const range of [...leading, ...trailing]) comments.set(range.pos, range);
    }
    children.forEach(visit);
  };
  visit(source);
  const ranges = [...comments.values()].toSorted((one, other) => one.pos - other.pos);
  return {
    comments: joined(ranges, text).flatMap(({ pos, end }) =>
      passagesOfComment(text.slice(pos, end), lineOf(text, pos)),
    ),
    texts,
  };
}
