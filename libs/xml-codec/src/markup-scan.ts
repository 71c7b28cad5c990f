import { err, ok, type Result } from '@sap2/kernel';
import type { WireLimits } from './limits.js';
import type { WireFault } from './wire-fault.js';

/** 2 to 3 ms of parsing: what one turn of the event loop may take. */
const SLICE_PIECES = 500;
const SLICE_LENGTH = 32 * 1024;

/**
 * Walks over a document without decoding it and refuses what would cost the parser too much. The parser compares
 * attributes pairwise and takes a microsecond for each piece. Returns the offsets between two pieces where the text
 * may be cut; the last one is its end. It separates markup from text like every XML reader. So a document that it
 * misjudges is not well-formed, and the parser stops there.
 */
export function scanMarkup(text: string, limits: WireLimits): Result<readonly number[], WireFault> {
  const scan = new MarkupScan(text, limits);
  while (scan.step());
  return scan.fault === undefined ? ok([...scan.cuts, text.length]) : err(scan.fault);
}

/**
 * 1-based line of the start tag with this ordinal (the root has 1). The parser itself does not report positions.
 */
export function lineOfElement(text: string, ordinal: number): number {
  const scan = new MarkupScan(text, UNLIMITED);
  while (scan.elements < ordinal && scan.step());
  return lineAt(text, scan.lastOpen);
}

function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let end = text.indexOf('\n'); end >= 0 && end < offset; end = text.indexOf('\n', end + 1)) line++;
  return line;
}

const TAG_SIGN = /["'<>]/g;

const UNLIMITED: WireLimits = {
  maxBytes: Infinity,
  maxDepth: Infinity,
  maxAttributes: Infinity,
  maxPieces: Infinity,
  maxRunLength: Infinity,
  maxNamespaceLength: Infinity,
};

class MarkupScan {
  readonly cuts: number[] = [];
  fault: WireFault | undefined;
  elements = 0;
  lastOpen = 0;
  private at = 0;
  private depth = 0;
  private pieces = 0;
  private cutPieces = 0;
  /** The next `&` not yet counted: kept, so that each is looked for once. */
  private reference: number;

  constructor(
    private readonly text: string,
    private readonly limits: WireLimits,
  ) {
    this.reference = text.indexOf('&');
  }

  /** Takes the next piece of markup and the text before it; false at the end and at a fault. */
  step(): boolean {
    const open = this.text.indexOf('<', this.at);
    this.run(this.at, open < 0 ? this.text.length : open, this.limits.maxRunLength, true);
    this.lastOpen = Math.max(open, this.lastOpen);
    if (open >= 0 && !this.fault) this.markup(open);
    if (this.pieces > this.limits.maxPieces)
      this.refuse('too-large', 'too many elements, attributes or references');
    this.cut(this.at);
    return open >= 0 && !this.fault;
  }

  private markup(open: number): void {
    const sign = this.text[open + 1];
    if (sign === '/') return this.endTag(open);
    this.pieces++;
    if (sign === '?') this.skip(open + 2, '?>');
    else if (sign !== '!') this.startTag(open);
    else if (this.text.startsWith('<!--', open)) this.skip(open + 4, '-->');
    else if (this.text.startsWith('<![CDATA[', open)) this.skip(open + 9, ']]>');
    else this.refuse('not-well-formed', 'a declaration that XML does not know');
  }

  private endTag(open: number): void {
    this.skip(open + 2, '>');
    this.depth--;
    if (this.depth < 0) this.refuse('not-well-formed', 'an end tag without its start tag');
  }

  private startTag(open: number): void {
    this.elements++;
    this.at = open + 1;
    let sign = this.nextTagSign();
    for (let attributes = 1; this.isQuote(sign); attributes++) {
      if (attributes > this.limits.maxAttributes)
        this.refuse('too-large', 'too many attributes in one element');
      this.value(sign);
      if (this.fault) return;
      sign = this.nextTagSign();
    }
    if (this.text[sign] !== '>') return this.refuse('not-well-formed', 'a tag without its end');
    this.run(open, sign);
    this.at = sign + 1;
    if (this.depth === this.limits.maxDepth)
      this.refuse('too-deep', `more than ${this.limits.maxDepth} levels of elements`);
    if (this.text[sign - 1] !== '/') this.depth++;
  }

  private value(quote: number): void {
    this.pieces++;
    const declares = this.text.slice(this.at, quote).includes('xmlns');
    this.skip(quote + 1, this.text.charAt(quote), declares ? this.limits.maxNamespaceLength : undefined);
  }

  /** The next sign that matters inside a tag. */
  private nextTagSign(): number {
    TAG_SIGN.lastIndex = this.at;
    return TAG_SIGN.exec(this.text)?.index ?? this.text.length;
  }

  private isQuote(at: number): boolean {
    return this.text[at] === '"' || this.text[at] === "'";
  }

  /** Goes behind the next `closing`, at most `longest` characters away. */
  private skip(from: number, closing: string, longest = this.limits.maxRunLength): void {
    const end = this.text.indexOf(closing, from);
    if (end < 0) return this.refuse('not-well-formed', 'markup without its end');
    this.run(from, end, longest);
    this.at = end + closing.length;
  }

  /** Text, or what stands inside markup; text may also be cut before a reference. */
  private run(from: number, to: number, longest = this.limits.maxRunLength, isText = false): void {
    if (to - from > longest) this.refuse('too-large', 'a text, comment or value that is too long');
    while (this.reference >= 0 && this.reference < to) {
      this.pieces++;
      if (isText) this.cut(this.reference);
      this.reference = this.text.indexOf('&', this.reference + 1);
    }
  }

  private cut(at: number): void {
    const last = this.cuts.at(-1) ?? 0;
    if (at === this.text.length) return;
    if (this.pieces - this.cutPieces < SLICE_PIECES && at - last < SLICE_LENGTH) return;
    this.cuts.push(at);
    this.cutPieces = this.pieces;
  }

  private refuse(reason: WireFault['reason'], detail: string): void {
    this.fault ??= { reason, detail: `${detail}, line ${lineAt(this.text, this.lastOpen)}` };
  }
}
