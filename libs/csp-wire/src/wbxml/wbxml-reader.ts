import { Buffer } from 'node:buffer';
import { err, type Result } from '@sap2/kernel';
import { type Dialect, type Frame, IGNORED, Outcome, type WireFault, type WireLimits } from '@sap2/xml-codec';
import type { CspVersion } from '../messages.js';
import { nearestVersion, versionOf } from '../namespaces.js';
import { HAS_ATTRIBUTES, HAS_CONTENT, NAMESPACE_STARTS, TAG_BITS, TOKEN } from './global-tokens.js';
import { INTEGER_TAGS, MAX_INTEGER_OCTETS } from './integer-tags.js';
import { TAG_TOKENS, tagCode } from './tag-tokens.js';
import { VALUE_TOKENS } from './value-tokens.js';
import { characterOf, textOf, WbxmlBytes } from './wbxml-bytes.js';
import { WbxmlFault } from './wbxml-fault.js';
import { readHeader, type WbxmlHeader } from './wbxml-header.js';

/** Binary XML into the frames of the dialect. It never throws, whatever the octets are. */
export function readWbxml<T>(
  octets: Uint8Array,
  limits: WireLimits,
  dialect: Dialect<T>,
): Result<T, WireFault> {
  if (octets.length > limits.maxBytes)
    return err({ reason: 'too-large', detail: `the document is longer than ${limits.maxBytes} bytes` });
  const outcome = new Outcome<T>();
  try {
    const reader = new WbxmlReader(
      new WbxmlBytes(Buffer.from(octets.buffer, octets.byteOffset, octets.length)),
      limits,
    );
    reader.read(dialect.open(outcome), () => outcome.refused);
  } catch (cause) {
    if (!(cause instanceof WbxmlFault)) throw cause;
    return err(cause.fault);
  }
  const { result } = outcome;
  return result.ok ? result : err({ reason: 'not-this-schema', detail: result.error });
}

/** The root of CSP 1.0, which later versions moved. Who sends it learns that the version is not spoken. */
const ROOT_OF_1_0 = tagCode(0, 0x3e);
const ROOT = 'WV-CSP-Message';

/** An element whose END is to come. */
interface OpenTag {
  readonly name: string;
  readonly frame: Frame;
}

class WbxmlReader {
  private readonly header: WbxmlHeader;
  private readonly around: OpenTag[] = [];
  /** The namespace of the root decides; the root itself is the same in each version. */
  private version: CspVersion = '1.3';
  private tagPage = 0;
  private attributePage = 0;
  private pieces = 0;
  private characters = 0;

  constructor(
    private readonly bytes: WbxmlBytes,
    private readonly limits: WireLimits,
  ) {
    this.header = readHeader(bytes);
  }

  /** Reads to the end, or until `stopped` says that the outcome stands. */
  read(document: Frame, stopped: () => boolean): void {
    const { bytes, around } = this;
    this.root(document);
    for (let inner = around.at(-1); inner !== undefined && !stopped(); inner = around.at(-1))
      this.content(bytes.byte(), inner);
    if (stopped()) return;
    while (!bytes.isAtEnd) {
      if (bytes.byte() !== TOKEN.instruction)
        throw new WbxmlFault('not-well-formed', 'something behind the root element');
      this.attributes();
    }
  }

  private root(document: Frame): void {
    const token = this.rootToken();
    const code = tagCode(this.tagPage, token & TAG_BITS);
    const name = this.tagName(token);
    const namespace = this.declared(token) ?? this.header.namespace;
    this.version = versionOf(namespace) ?? nearestVersion(namespace);
    this.open(token, name, document.child(code === ROOT_OF_1_0 ? ROOT : name, true, [], namespace));
  }

  /** Instructions may stand before the root. */
  private rootToken(): number {
    for (;;) {
      const token = this.bytes.byte();
      if (token === TOKEN.switchPage) this.tagPage = this.bytes.byte();
      else if (token === TOKEN.instruction) this.attributes();
      else if (token === TOKEN.end || token === TOKEN.opaque || this.text(token) !== undefined)
        throw new WbxmlFault('not-well-formed', 'no root element');
      else return token;
    }
  }

  /** One token inside an element, with what belongs to it. */
  private content(token: number, { name, frame }: OpenTag): void {
    if (token === TOKEN.end) {
      this.around.pop();
      return frame.close();
    }
    if (token === TOKEN.switchPage) this.tagPage = this.bytes.byte();
    else if (token === TOKEN.instruction) this.attributes();
    else if (token === TOKEN.opaque) this.tell(frame, this.opaque(name, frame));
    else {
      const text = this.text(token);
      if (text === undefined) this.element(token, frame);
      else this.tell(frame, text);
    }
  }

  private element(token: number, parent: Frame): void {
    const name = this.tagName(token);
    const namespace = this.declared(token) ?? null;
    this.open(token, name, parent.child(name, true, [], namespace));
  }

  private open(token: number, name: string, frame: Frame): void {
    if (this.around.length === this.limits.maxDepth)
      throw new WbxmlFault('too-deep', `more than ${this.limits.maxDepth} levels of elements`);
    if ((token & HAS_CONTENT) === 0) frame.close();
    else this.around.push({ name, frame });
  }

  /** Empty for a token that the version has not. */
  private tagName(token: number): string {
    this.count();
    const tag = token & TAG_BITS;
    if (tag === TOKEN.literal) return this.tableString();
    return TAG_TOKENS.get(this.version)?.nameOf.get(tagCode(this.tagPage, tag)) ?? '';
  }

  /** The namespace that a tag declares. */
  private declared(token: number): string | undefined {
    return (token & HAS_ATTRIBUTES) === 0 ? undefined : this.attributes();
  }

  /** Attributes up to their END. Of all of them only the declaration of a namespace means something. */
  private attributes(): string | undefined {
    const { bytes } = this;
    let namespace: string | undefined;
    let isNamespace = false;
    for (let token = bytes.byte(); token !== TOKEN.end; token = bytes.byte()) {
      const text = this.attributeText(token);
      if (text === undefined) {
        const start = this.attributeStart(token);
        isNamespace = start !== undefined;
        namespace = start ?? namespace;
      } else if (isNamespace) namespace += text;
    }
    return namespace;
  }

  /** What a token adds to the value of an attribute; undefined: another attribute begins. */
  private attributeText(token: number): string | undefined {
    if (token === TOKEN.switchPage) this.attributePage = this.bytes.byte();
    else if (token === TOKEN.opaque) this.bytes.counted();
    else if (token < HAS_ATTRIBUTES || (token & TAG_BITS) <= TOKEN.literal) return this.text(token);
    return '';
  }

  /** What the namespace begins with, if this attribute declares one. */
  private attributeStart(token: number): string | undefined {
    this.count();
    if (token === TOKEN.literal) return this.tableString() === 'xmlns' ? '' : undefined;
    if ((token & TAG_BITS) <= TOKEN.literal)
      throw new WbxmlFault('not-well-formed', 'a token that no attribute has');
    return this.attributePage === 0 ? NAMESPACE_STARTS.get(token) : undefined;
  }

  /** What a token says as text. Undefined for a token of a tag, of an attribute, or with a rule of its own. */
  private text(token: number): string | undefined {
    const { bytes } = this;
    switch (token) {
      case TOKEN.entity:
        return this.spent(characterOf(bytes.number()));
      case TOKEN.inlineString:
        return this.spent(textOf(bytes.terminated()));
      case TOKEN.tableString:
        return this.tableString();
      case TOKEN.extensionNumber0:
        return this.spent(VALUE_TOKENS.get(this.version)?.get(bytes.number()) ?? '');
      default:
        return this.extension(token);
    }
  }

  /** Extensions that CSP does not use: they say nothing. */
  private extension(token: number): '' | undefined {
    const { bytes } = this;
    if (token >= TOKEN.extensionString0 && token <= TOKEN.extensionString2) bytes.terminated();
    else if (token > TOKEN.extensionNumber0 && token <= TOKEN.extensionNumber2) bytes.number();
    else if (token < TOKEN.extension0 || token > TOKEN.extension2) return undefined;
    return '';
  }

  private opaque(name: string, frame: Frame): string {
    const octets = this.bytes.counted();
    if (frame === IGNORED) return '';
    if (INTEGER_TAGS.has(name) && octets.length <= MAX_INTEGER_OCTETS)
      return octets.length === 0 ? '0' : String(octets.readUIntBE(0, octets.length));
    return this.spent(name === 'ContentData' ? base64Of(octets) : textOf(octets));
  }

  private tableString(): string {
    return this.spent(this.header.strings.at(this.bytes.number()));
  }

  private tell(frame: Frame, text: string): void {
    if (text !== '') frame.text(text);
  }

  private count(): void {
    if (++this.pieces > this.limits.maxPieces)
      throw new WbxmlFault('too-large', 'too many elements or attributes');
  }

  /** A few octets may refer to a long string of the table, again and again. */
  private spent(text: string): string {
    this.characters += text.length;
    if (this.characters > this.limits.maxBytes) throw new WbxmlFault('too-large', 'too much text');
    return text;
  }
}

/** Some send a picture in base64 already, others its octets. */
const base64Of = (octets: Buffer): string => {
  const text = octets.toString('latin1');
  return /^[A-Za-z0-9+/=\s]*$/.test(text) ? text : octets.toString('base64');
};
