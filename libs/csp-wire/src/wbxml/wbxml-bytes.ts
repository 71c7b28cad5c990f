import { type Buffer, isUtf8 } from 'node:buffer';
import { WbxmlFault } from './wbxml-fault.js';

/** Octets of an mb_u_int32: 7 bits each, and 32 bits in all. */
const MAX_OCTETS = 5;
const LAST_OF_32_BITS = 2 ** 32 - 1;

/** Characters that XML cannot carry: what they mean here, XML could not say. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const IMPOSSIBLE = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/;

/** Octets as text: UTF-8, of which US-ASCII is a part. */
export function textOf(octets: Buffer): string {
  if (!isUtf8(octets)) throw new WbxmlFault('encoding', 'a text is not UTF-8');
  const text = octets.toString('utf8');
  if (IMPOSSIBLE.test(text))
    throw new WbxmlFault('encoding', 'a text has a character that XML does not allow');
  return text;
}

/** The character with this number in Unicode. */
export function characterOf(code: number): string {
  const isOne = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  const character = isOne ? String.fromCodePoint(code) : '\0';
  if (IMPOSSIBLE.test(character))
    throw new WbxmlFault('not-well-formed', 'a character that XML does not allow');
  return character;
}

/** A document and how far it is read. No length is believed before it is compared with what is left. */
export class WbxmlBytes {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  get isAtEnd(): boolean {
    return this.at === this.bytes.length;
  }

  byte(): number {
    const byte = this.bytes[this.at];
    if (byte === undefined) throw new WbxmlFault('not-well-formed', 'the document ends too early');
    this.at++;
    return byte;
  }

  /** An mb_u_int32. */
  number(): number {
    let value = 0;
    for (let octets = 1; octets <= MAX_OCTETS; octets++) {
      const octet = this.byte();
      value = value * 0x80 + (octet & 0x7f);
      if (octet < 0x80) {
        if (value > LAST_OF_32_BITS) break;
        return value;
      }
    }
    throw new WbxmlFault('not-well-formed', 'a number that does not fit into 32 bits');
  }

  /** As many octets as the number that stands here says. */
  counted(): Buffer {
    const length = this.number();
    if (length > this.bytes.length - this.at)
      throw new WbxmlFault('not-well-formed', 'a length beyond the end of the document');
    const from = this.at;
    this.at += length;
    return this.bytes.subarray(from, this.at);
  }

  /** The octets up to the next NUL, which is taken too. */
  terminated(): Buffer {
    const end = this.bytes.indexOf(0, this.at);
    if (end < 0) throw new WbxmlFault('not-well-formed', 'a string without its end');
    const from = this.at;
    this.at = end + 1;
    return this.bytes.subarray(from, end);
  }
}
