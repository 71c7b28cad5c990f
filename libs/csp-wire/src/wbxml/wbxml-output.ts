import { Buffer } from 'node:buffer';
import { CSP_VERSIONS, type CspVersion } from '../messages.js';
import { TOKEN } from './global-tokens.js';
import { TAG_TOKENS } from './tag-tokens.js';
import { FIRST_PUBLIC_ID, LAST_VERSION, UTF_8 } from './wbxml-header.js';

/** A document of binary XML that grows. */
export class WbxmlOutput {
  private readonly body: number[] = [];
  private readonly literals: number[] = [];
  private page = 0;

  constructor(private readonly version: CspVersion) {}

  /** Writes the tag of an element without attributes and content; gives its place, for {@link mark}. */
  tag(name: string): number {
    const code = TAG_TOKENS.get(this.version)?.codeOf.get(name);
    if (code === undefined) return this.literal(name);
    const page = code >> 8;
    if (page !== this.page) this.push(TOKEN.switchPage, page);
    this.page = page;
    return this.push(code & 0xff);
  }

  /** Says of a tag that something comes behind it. */
  mark(tag: number, flag: number): void {
    this.body[tag] = (this.body[tag] ?? 0) | flag;
  }

  /** Gives the place of the first one. */
  push(...octets: readonly number[]): number {
    const place = this.body.length;
    this.body.push(...octets);
    return place;
  }

  string(text: string): void {
    this.push(TOKEN.inlineString);
    for (const octet of Buffer.from(text, 'utf8')) this.body.push(octet);
    this.push(0);
  }

  /** In as few octets as it has, but in one at least. */
  integer(value: number): void {
    const octets: number[] = [];
    for (let rest = value; rest > 0 || octets.length === 0; rest = Math.floor(rest / 0x100))
      octets.unshift(rest % 0x100);
    this.push(TOKEN.opaque, octets.length, ...octets);
  }

  document(): Buffer {
    const publicId = FIRST_PUBLIC_ID + CSP_VERSIONS.indexOf(this.version);
    const header = [LAST_VERSION, publicId, UTF_8, ...multiByte(this.literals.length)];
    return Buffer.concat([header, this.literals, this.body].map((octets) => Buffer.from(octets)));
  }

  /** A tag that the version has no token for stands in the string table. */
  private literal(name: string): number {
    const place = this.push(TOKEN.literal, ...multiByte(this.literals.length));
    this.literals.push(...Buffer.from(name, 'utf8'), 0);
    return place;
  }
}

/** An mb_u_int32. */
function multiByte(value: number): number[] {
  const octets = [value % 0x80];
  for (let rest = value >> 7; rest > 0; rest >>= 7) octets.unshift(0x80 + (rest % 0x80));
  return octets;
}
