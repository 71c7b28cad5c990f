import type { WireLimits } from './limits.js';

/** Thrown where a document has more than {@link PlainText} understands. It is no fault: another reader decides. */
export const NOT_PLAIN = new Error('This is not plain XML');

/** A value is a view of the whole text and keeps it in memory. Values of a longer text are copied. */
const VIEWED_LENGTH = 8 * 1024;
/** The XML library refuses much longer ones; no name of the binding comes near it. */
const MAX_NAME_LENGTH = 256;

const SPACE = 0x20;
const LF = 0x0a;
const TAB = 0x09;
const LAST_OF_XML = 0xfffd;
const LAST_OF_ASCII = 0x7f;

const NAME = 1;
const NAME_START = 2;
const MEANS_ANOTHER = 1;
const REFUSED = 2;

const classes = (classOf: (sign: string) => number): Uint8Array =>
  Uint8Array.from({ length: LAST_OF_ASCII + 1 }, (_, code) => classOf(String.fromCharCode(code)));

const NAME_SIGNS = classes((sign) => (/[A-Za-z_]/.test(sign) ? NAME_START : /[0-9.-]/.test(sign) ? NAME : 0));
const TEXT_SIGNS = classes((sign) =>
  sign === '&' ? MEANS_ANOTHER : sign === '<' || (sign < ' ' && sign !== '\t' && sign !== '\n') ? REFUSED : 0,
);
/** White space in a value means a blank (XML 1.0 §3.3.3). */
const VALUE_SIGNS = TEXT_SIGNS.map((found, code) => (code === TAB || code === LF ? MEANS_ANOTHER : found));

const REFERENCE = /&(?:(lt|gt|amp|quot|apos);)?/g;
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** The text of a document and how far it is read. Each step takes one thing, or throws {@link NOT_PLAIN}. */
export class PlainText {
  at = 0;
  /** Elements, attributes and references so far. */
  pieces = 0;
  private readonly copies: boolean;

  constructor(
    private readonly text: string,
    private readonly limits: WireLimits,
  ) {
    this.copies = text.length > VIEWED_LENGTH;
  }

  get isAtEnd(): boolean {
    return this.at === this.text.length;
  }

  get isAtName(): boolean {
    return nameSign(this.text.charCodeAt(this.at)) === NAME_START;
  }

  /** Whether `word` stands here; it is taken then. */
  take(word: string): boolean {
    const stands = this.text.startsWith(word, this.at);
    if (stands) this.at += word.length;
    return stands;
  }

  demand(word: string): void {
    if (!this.take(word)) throw NOT_PLAIN;
  }

  /** Takes white space, and says whether there was any. */
  space(): boolean {
    const from = this.at;
    while (isSpace(this.text.charCodeAt(this.at))) this.at++;
    this.limit(from);
    return this.at > from;
  }

  /** Takes the name that stands here; in ASCII, without a colon. */
  name(): string {
    const { text, at: from } = this;
    if (!this.isAtName) throw NOT_PLAIN;
    let to = from + 1;
    while (nameSign(text.charCodeAt(to)) !== 0) to++;
    if (to - from > MAX_NAME_LENGTH) throw NOT_PLAIN;
    this.at = to;
    return text.slice(from, to);
  }

  /** The value of an attribute; takes its quotes too. */
  value(): string {
    const quote = this.text.charAt(this.at);
    if (quote !== '"' && quote !== "'") throw NOT_PLAIN;
    return this.decoded(this.at + 1, quote, 1, VALUE_SIGNS);
  }

  /** The text up to the next tag. */
  run(): string {
    return this.decoded(this.at, '<', 0, TEXT_SIGNS);
  }

  /** No run of signs since `from` may be longer than the scan of the preflight allows. */
  limit(from: number): void {
    if (this.at - from > this.limits.maxRunLength) throw NOT_PLAIN;
  }

  /** One more element or attribute. */
  count(): void {
    if (++this.pieces > this.limits.maxPieces) throw NOT_PLAIN;
  }

  private decoded(from: number, closing: string, taken: number, signs: Uint8Array): string {
    const { text } = this;
    const to = text.indexOf(closing, from);
    if (to < 0) throw NOT_PLAIN;
    this.at = to + taken;
    this.limit(from + taken);
    const isLiteral = this.isLiteral(from, to, signs);
    const raw = text.slice(from, to);
    if (raw.includes(']]>')) throw NOT_PLAIN;
    const meant = isLiteral
      ? raw
      : this.meaning(signs === VALUE_SIGNS ? raw.replaceAll(/[\t\n]/g, ' ') : raw);
    // The view that comes back is one of the short text that is made here.
    return this.copies ? `<${meant}`.slice(1) : meant;
  }

  /** Whether each sign stands for itself. */
  private isLiteral(from: number, to: number, signs: Uint8Array): boolean {
    const { text } = this;
    let is = true;
    for (let at = from; at < to; at++) {
      const code = text.charCodeAt(at);
      if (code > LAST_OF_XML) throw NOT_PLAIN;
      if (code > LAST_OF_ASCII || signs[code] === 0) continue;
      if (signs[code] === REFUSED) throw NOT_PLAIN;
      is = false;
    }
    return is;
  }

  private meaning(raw: string): string {
    return raw.replaceAll(REFERENCE, (_reference, entity?: string) => {
      this.count();
      if (entity === undefined) throw NOT_PLAIN;
      return ENTITIES[entity] ?? '';
    });
  }
}

const isSpace = (code: number): boolean => code === SPACE || code === LF || code === TAB;
const nameSign = (code: number): number => (code <= LAST_OF_ASCII ? (NAME_SIGNS[code] ?? 0) : 0);
