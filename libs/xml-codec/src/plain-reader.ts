import { Buffer, isUtf8 } from 'node:buffer';
import type { Frame, XmlAttribute } from './frame.js';
import type { WireLimits } from './limits.js';
import { NOT_PLAIN, PlainText } from './plain-text.js';
import { withoutByteOrderMark, withPlainLineEnds } from './preflight.js';

/** One to two milliseconds: what one turn of the event loop may take. */
const TURN_PIECES = 1_000;
const TURN_LENGTH = 64 * 1024;

const DECLARATION = /^<\?xml version="1\.0"(?: encoding="(?:UTF|utf)-8")?(?: standalone="(?:yes|no)")? ?\?>/;
/**
 * Names of namespaces that every reader accepts. The XML library has rules for others, and for those of XML itself.
 */
const NAMESPACE =
  /^(?!http:\/\/www\.w3\.org\/)(?:urn:[a-z0-9][a-z0-9:.-]*|https?:\/\/[a-z0-9][a-z0-9.-]*(?:\/[a-z0-9._/-]*)?)$/i;
const RESERVED_PREFIX = /^xml(?:ns)?$/;
const NO_ATTRIBUTES: readonly XmlAttribute[] = [];

/** A namespace declaration in force, and those around it. */
interface Scope {
  /** Empty: for elements without a prefix. */
  readonly prefix: string;
  readonly namespace: string | null;
  readonly isHome: boolean;
  readonly outer: Scope | undefined;
}

/** An element whose end tag is to come. */
interface OpenElement {
  readonly tag: string;
  readonly frame: Frame;
  readonly scope: Scope;
}

interface PrefixedAttribute extends XmlAttribute {
  readonly prefix: string;
}

/** The text that {@link PlainReader} may try. */
export function plainText(bytes: Uint8Array, limits: WireLimits): string | undefined {
  if (bytes.length > limits.maxBytes || !isUtf8(bytes)) return undefined;
  const { buffer, byteOffset, length } = withPlainLineEnds(bytes);
  return withoutByteOrderMark(Buffer.from(buffer, byteOffset, length).toString('utf8'));
}

/**
 * Reads the usual content of messages: elements, attributes, text and the five entities, within the limits. For
 * anything else, also for every fault, it throws {@link NOT_PLAIN}. So one place reports what is wrong. It may be
 * stricter than XML, and never less strict.
 */
export class PlainReader {
  private readonly text: PlainText;
  private readonly around: OpenElement[] = [];
  /** What the element that is read now declares, and what is declared around it. */
  private scope: Scope;

  constructor(
    text: string,
    private readonly document: Frame,
    private readonly home: ReadonlySet<string | null>,
    private readonly limits: WireLimits,
  ) {
    this.text = new PlainText(text, limits);
    this.text.at = DECLARATION.exec(text)?.[0].length ?? 0;
    this.scope = { prefix: '', namespace: null, isHome: home.has(null), outer: undefined };
  }

  /** Reads on; false at the end of the document. */
  turn(): boolean {
    const { text, around } = this;
    const lastPiece = text.pieces + TURN_PIECES;
    const lastSign = text.at + TURN_LENGTH;
    if (around.length === 0) this.root();
    for (let inner = around.at(-1); inner !== undefined; inner = around.at(-1)) {
      if (text.pieces > lastPiece || text.at > lastSign) return true;
      this.content(inner);
    }
    text.space();
    if (!text.isAtEnd) throw NOT_PLAIN;
    return false;
  }

  private root(): void {
    const { text } = this;
    text.space();
    text.limit(0);
    text.demand('<');
    this.element(this.document);
  }

  /** The text that comes next in the innermost element, and the tag behind it. */
  private content(inner: OpenElement): void {
    const { text } = this;
    const run = text.run();
    if (run !== '') inner.frame.text(run);
    const from = text.at++;
    this.scope = inner.scope;
    if (!text.take('/')) return this.element(inner.frame);
    text.demand(inner.tag);
    text.space();
    text.demand('>');
    text.limit(from);
    this.around.pop();
    inner.frame.close();
  }

  /** A start tag behind its `<`. */
  private element(parent: Frame): void {
    const { text, around } = this;
    const from = text.at;
    if (around.length === this.limits.maxDepth) throw NOT_PLAIN;
    text.count();
    const first = text.name();
    const second = text.take(':') ? text.name() : undefined;
    const attributes = this.attributes();
    const isEmpty = text.take('/');
    text.demand('>');
    text.limit(from);
    const { namespace, isHome } = this.scopeOf(second === undefined ? '' : first);
    const frame = parent.child(second ?? first, isHome, attributes, namespace);
    if (isEmpty) return frame.close();
    around.push({ tag: second === undefined ? first : `${first}:${second}`, frame, scope: this.scope });
  }

  private attributes(): readonly XmlAttribute[] {
    const { text } = this;
    if (!text.space() || !text.isAtName) return NO_ATTRIBUTES;
    const outer = this.scope;
    const found: PrefixedAttribute[] = [];
    let left = this.limits.maxAttributes;
    let anyPrefix = false;
    do {
      if (left-- === 0) throw NOT_PLAIN;
      anyPrefix = this.attribute(found, outer) || anyPrefix;
    } while (text.space() && text.isAtName);
    const attributes = anyPrefix ? found.map((one) => this.named(one)) : found;
    if (hasTwins(attributes)) throw NOT_PLAIN;
    return attributes;
  }

  /** Whether its name has a prefix. */
  private attribute(found: PrefixedAttribute[], outer: Scope): boolean {
    const { text } = this;
    text.count();
    const first = text.name();
    const second = text.take(':') ? text.name() : undefined;
    text.space();
    text.demand('=');
    text.space();
    const from = text.at;
    const value = text.value();
    const length = text.at - from - 2;
    if (length > this.limits.maxNamespaceLength && `${first}:${second}`.includes('xmlns')) throw NOT_PLAIN;
    if (first === 'xmlns') this.declare(second ?? '', value, outer);
    else if (second === undefined) found.push({ name: first, namespace: '', value, prefix: '' });
    else found.push({ name: second, namespace: '', value, prefix: first });
    return second !== undefined;
  }

  private declare(prefix: string, name: string, outer: Scope): void {
    const isTaken = name === '' ? prefix === '' : this.home.has(name) || NAMESPACE.test(name);
    if (!isTaken || RESERVED_PREFIX.test(prefix)) throw NOT_PLAIN;
    for (let scope = this.scope; scope !== outer && scope.outer; scope = scope.outer)
      if (scope.prefix === prefix) throw NOT_PLAIN;
    const namespace = name === '' ? null : name;
    this.scope = { prefix, namespace, isHome: this.home.has(namespace), outer: this.scope };
  }

  private named({ prefix, name, value }: PrefixedAttribute): XmlAttribute {
    return { name, namespace: prefix === '' ? '' : (this.scopeOf(prefix).namespace ?? ''), value };
  }

  private scopeOf(prefix: string): Scope {
    let scope: Scope | undefined = this.scope;
    while (scope !== undefined && scope.prefix !== prefix) scope = scope.outer;
    if (scope === undefined) throw NOT_PLAIN;
    return scope;
  }
}

const areTwins = (one: XmlAttribute, other: XmlAttribute): boolean =>
  one.name === other.name && one.namespace === other.namespace;

function hasTwins(attributes: readonly XmlAttribute[]): boolean {
  for (const one of attributes)
    for (const other of attributes) if (one !== other && areTwins(one, other)) return true;
  return false;
}
