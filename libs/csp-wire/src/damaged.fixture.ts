import type { CspEncoding } from './messages.js';

/** From 0 to below `n`. */
export type Dice = (n: number) => number;

export const pick = <T>(dice: Dice, from: readonly T[]): T => from[dice(from.length)] as T;

/** What belongs elsewhere in a document of this encoding. */
const PIECES: Readonly<Record<CspEncoding, readonly Buffer[]>> = {
  xml: [
    '<',
    '>',
    '&',
    '"',
    '/>',
    '</',
    '&amp;',
    '&#x1F;',
    '&#13;',
    '&x;',
    ']]>',
    '<![CDATA[<&]]>',
    '<!-- -->',
    '<!DOCTYPE a>',
    '<?x?>',
    '\0',
    '\r',
    '\uFFFE',
    '\u0085',
    'ü',
    ' xmlns=""',
    ' xmlns:p="urn:x"',
    '<p:x/>',
    '<x/>',
    '<ClientID>',
    '<URL>a&amp;b</URL>',
    '<Password/>',
    '</Session>',
    '<Transaction>',
    'T',
    '99999999999999999999',
  ].map((text) => Buffer.from(text)),
  wbxml: [
    '00',
    '01',
    '02',
    '0283b000',
    '02c3ff7f',
    '0300',
    '0361266200',
    '0304',
    '04',
    '4400',
    '8300',
    '83ffffffff0f',
    '40',
    '43',
    '80',
    '802c',
    '80ff7f',
    '8fffffff7f',
    'ffffffffff',
    'c0',
    'c300',
    'c305',
    'c3048fffffff',
    'c3ffffffff7f',
    'c9',
    '0000',
    '0001',
    '0009',
    '00ff',
    '6d',
    '72',
    '7f01',
    '45',
  ].map((hex) => Buffer.from(hex, 'hex')),
};

/** One damage or two: octets that are changed, cut out, doubled, taken from another document, or in the wrong place. */
export function damaged(
  document: Uint8Array,
  encoding: CspEncoding,
  others: readonly Uint8Array[],
  dice: Dice,
): Uint8Array {
  let bytes = Buffer.from(document);
  for (let left = 1 + dice(2); left > 0; left--) {
    const at = dice(bytes.length + 1);
    const length = 1 + dice(pick(dice, [3, 20, 200]));
    const other = pick(dice, others);
    const from = dice(other.length);
    const before = bytes.subarray(0, at);
    const piece = bytes.subarray(at, at + length);
    const after = bytes.subarray(at + length);
    const damages = [
      () => [before, piece.subarray(0, 1).map((octet) => octet ^ (1 << dice(8))), bytes.subarray(at + 1)],
      () => [before, Buffer.from([dice(0x100)]), bytes.subarray(at + 1)],
      () => [before, after],
      () => [before, piece, piece, after],
      () => [before, other.subarray(from, from + length), after],
      () => [before, other.subarray(from)],
      () => [before, pick(dice, PIECES[encoding]), bytes.subarray(at)],
    ];
    bytes = Buffer.concat(pick(dice, damages)());
  }
  return bytes;
}
