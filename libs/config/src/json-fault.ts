const STRING = String.raw`"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"`;
const NUMBER = String.raw`-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?`;
const SPACE = /[\t\n\r ]*/y;
const TOKEN = new RegExp(
  String.raw`(?<mark>[{}[\],:])|(?<string>${STRING})|(?:${NUMBER}|true|false|null)`,
  'y',
);

type Place = 'value' | 'first value' | 'name' | 'first name' | 'colon' | 'in object' | 'in array' | 'outside';
/** A mark stands for itself. */
type Kind = '{' | '}' | '[' | ']' | ',' | ':' | 'string' | 'literal';
/** `after value`: wherever the bracket around it says. */
type Next = Partial<Record<Kind, Place | 'after value'>>;

const VALUE: Next = { '{': 'first name', '[': 'first value', string: 'after value', literal: 'after value' };

/** What may stand where, and where it leads. */
const GRAMMAR: Readonly<Record<Place, { readonly words: string; readonly next: Next }>> = {
  value: { words: 'a value', next: VALUE },
  'first value': { words: 'a value or "]"', next: { ...VALUE, ']': 'after value' } },
  name: { words: 'a name in double quotes', next: { string: 'colon' } },
  'first name': { words: 'a name in double quotes or "}"', next: { string: 'colon', '}': 'after value' } },
  colon: { words: '":"', next: { ':': 'value' } },
  'in object': { words: '"," or "}"', next: { ',': 'name', '}': 'after value' } },
  'in array': { words: '"," or "]"', next: { ',': 'value', ']': 'after value' } },
  outside: { words: 'the end of the file', next: {} },
};

interface Token {
  readonly start: number;
  readonly end: number;
  /** Undefined: no token begins here. */
  readonly kind: Kind | undefined;
}

function tokenFrom(text: string, at: number): Token {
  SPACE.lastIndex = at;
  SPACE.exec(text);
  const start = SPACE.lastIndex;
  TOKEN.lastIndex = start;
  const match = TOKEN.exec(text);
  if (match === null) return { start, end: start, kind: undefined };
  const { mark, string } = match.groups ?? {};
  const kind = (mark ?? (string === undefined ? 'literal' : 'string')) as Kind;
  return { start, end: TOKEN.lastIndex, kind };
}

/** Where each bracket that opens leads once a value in it is read. */
const WITHIN: Partial<Record<Kind, Place>> = { '{': 'in object', '[': 'in array' };

/** Follows the text token by token to the first that may not stand where it does. */
function firstFault(text: string): { readonly at: number; readonly place: Place } {
  const around: Place[] = ['outside'];
  let place: Place = 'value';
  let token = tokenFrom(text, 0);
  for (;;) {
    const next: Place | 'after value' | undefined = token.kind && GRAMMAR[place].next[token.kind];
    if (token.kind === undefined || next === undefined) return { at: token.start, place };
    const within = WITHIN[token.kind];
    if (within !== undefined) around.push(within);
    if (token.kind === '}' || token.kind === ']') around.pop();
    place = next === 'after value' ? (around.at(-1) ?? 'outside') : next;
    token = tokenFrom(text, token.end);
  }
}

/**
 * Where text stops being JSON and what should stand there; undefined if it is JSON. The engine's own message has no
 * place in it, and repeats what stands around: in a seed file, secrets.
 */
export function jsonFault(text: string): string | undefined {
  const { at, place } = firstFault(text);
  if (place === 'outside' && at === text.length) return undefined;
  const before = text.slice(0, at).split('\n');
  const column = (before.at(-1)?.length ?? 0) + 1;
  return `line ${before.length}, column ${column}: expected ${GRAMMAR[place].words}`;
}
