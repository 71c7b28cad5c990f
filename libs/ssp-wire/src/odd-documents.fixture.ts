import { SSP_NAMESPACES } from './messages.js';

/** From 0 to below `n`. */
export type Dice = (n: number) => number;

const pick = <T>(dice: Dice, from: readonly T[]): T => from[dice(from.length)] as T;

const NAMES = ['a', 'B.1', '_x-y', 'User', 'Transaction', 'ClientID', 'p:a', 'q:User', 'ü', 'constructor'];
const ATTRIBUTES = [
  'a="b"',
  "a='\"'",
  'a="&lt;&#9;&#x41;"',
  'b="1\n2\t3"',
  'p:a="c"',
  'xml:lang="de"',
  'xml:space="preserve"',
  'userID="wv:eve"',
  'xmlns=""',
  'xmlns:p="urn:example:a"',
  'xmlns:q="urn:example:a"',
  ...SSP_NAMESPACES.flatMap((name) => [`xmlns="${name}"`, `xmlns:p="${name}"`]),
  'xmlns:q="not a name"',
  'xmlns:q="relative"',
  'xmlns:xml="http://www.w3.org/XML/1998/namespace"',
  'ü="ü"',
  'c = "d"',
  'c="&nbsp;"',
];
const TEXTS = [
  '',
  ' ',
  '\n\t',
  'x',
  '&amp;&lt;&gt;&quot;&apos;',
  '&#65;&#x1F600;&#13;',
  '<![CDATA[<&]]>',
  '<!-- - -->',
  '<?p i?>',
  ']]&gt;',
  ']]',
  '>',
  '"',
  'é\u0085\u2028\u{1F600}',
];

/** An element of its own, with a bit of everything that a peer might write. */
export function oddElement(dice: Dice, levels = 4): string {
  const name = pick(dice, NAMES);
  const attributes = Array.from(
    { length: dice(4) },
    () => `${pick(dice, [' ', '\n', '  '])}${pick(dice, ATTRIBUTES)}`,
  );
  const start = `<${name}${attributes.join('')}${pick(dice, ['', '', ' '])}`;
  if (levels === 0 || dice(4) === 0) return `${start}/>`;
  const content = Array.from({ length: dice(4) }, () =>
    dice(2) === 0 ? pick(dice, TEXTS) : oddElement(dice, levels - 1),
  );
  return `${start}>${content.join('')}</${name}${pick(dice, ['', '', ' '])}>`;
}

/** The same document as another author might write it, with more in it; almost always well-formed. */
export function respelt(xml: string, dice: Dice): string {
  const rate = 1 + dice(12);
  const seldom = (text: () => string): string => (dice(rate * 6) === 0 ? text() : '');
  const body = xml
    .replaceAll(
      /<(\/?)([\w:.-]+)([^<>]*?)(\/?)>/g,
      (_tag, end: string, name: string, rest: string, empty: string) =>
        end === '/'
          ? `${seldom(() => oddElement(dice, 2))}</${name}${seldom(() => ' ')}>`
          : `<${name}${rest}${seldom(() => ` ${pick(dice, ATTRIBUTES)}`)}${seldom(() => '\n')}` +
            (empty === '' ? '>' : dice(2) === 0 ? '/>' : `></${name}>`) +
            (empty === '' ? seldom(() => pick(dice, TEXTS)) : ''),
    )
    .replaceAll(/="([^"<']*)"/g, (value, plain: string) => (dice(rate) === 0 ? `='${plain}'` : value));
  const lines = dice(8) === 0 ? body.replaceAll('\n', '\r\n') : body;
  return dice(8) === 0 ? `\uFEFF${lines}` : lines;
}

const TOKENS = [
  '<',
  '>',
  '&',
  '"',
  "'",
  '/',
  '=',
  ' ',
  ':',
  ']]>',
  '<![CDATA[',
  '<!--',
  '-->',
  '--',
  '<?x',
  '?>',
  '\0',
  '<!DOCTYPE a>',
  '&#x1F;',
  '&#0;',
  '&#xD800;',
  '&#x110000;',
  '&#0000000065;',
  '&amp',
  '&lt;',
  '&x;',
  '\uFFFE',
  '\u0001',
  '\r',
  '\uFEFF',
  '<x/>',
  '</Transaction>',
  '<p:x/>',
  '</',
  '/>',
  'xmlns',
  'ü',
  '\u0085',
  '\uD83D',
  ...ATTRIBUTES.map((attribute) => ` ${attribute}`),
].map((token) => Buffer.from(token));

/** One damage or two: bytes flipped, cut out, doubled, taken from another document, or a sign in the wrong place. */
export function damaged(document: Uint8Array, others: readonly Uint8Array[], dice: Dice): Uint8Array {
  let bytes = Buffer.from(document);
  for (let left = 1 + dice(2); left > 0; left--) {
    const at = dice(bytes.length + 1);
    const length = 1 + dice(pick(dice, [3, 20, 200]));
    const [before, piece, after] = [
      bytes.subarray(0, at),
      bytes.subarray(at, at + length),
      bytes.subarray(at + length),
    ];
    const other = pick(dice, others);
    const from = dice(other.length);
    const damages = [
      () =>
        Buffer.concat([
          before,
          piece.subarray(0, 1).map((byte) => byte ^ (1 << dice(8))),
          bytes.subarray(at + 1),
        ]),
      () => Buffer.concat([before, after]),
      () => Buffer.concat([before, piece, piece, after]),
      () => Buffer.concat([before, other.subarray(from, from + length), after]),
      () => Buffer.concat([before, other.subarray(from)]),
      () => Buffer.concat([before, pick(dice, TOKENS), bytes.subarray(at)]),
    ];
    bytes = pick(dice, damages)();
  }
  return bytes;
}
