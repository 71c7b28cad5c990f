import { Buffer } from 'node:buffer';
import { DEFAULT_WIRE_LIMITS, type Frame, inOneGo, readDocument } from '@sap2/xml-codec';
import type { CspVersion } from '../messages.js';
import { CSP_NAMESPACES } from '../namespaces.js';
import { HAS_ATTRIBUTES, HAS_CONTENT, NAMESPACE_STARTS, TOKEN } from './global-tokens.js';
import { INTEGER_TAGS, MAX_INTEGER } from './integer-tags.js';
import { WRITTEN_VALUES } from './value-tokens.js';
import { WbxmlOutput } from './wbxml-output.js';

/** Tags whose content is one of the {@link WRITTEN_VALUES}. */
const WORD_TAGS: ReadonlySet<string> = new Set([
  'AllFunctionsRequest',
  'AnyContent',
  'CapabilityRequest',
  'Poll',
  'SessionType',
  'TransactionMode',
]);

const WHOLE_NUMBER = /^(?:0|[1-9]\d{0,9})$/;
const NAMESPACE = /^(.*[^\d.])([\d.]+)$/;
const STARTS = new Map(Array.from(NAMESPACE_STARTS, ([token, start]) => [start, token]));

/** A document that the tables wrote as XML, in binary XML. So one table of elements serves both encodings. */
export function writeWbxml(xml: string, version: CspVersion): Buffer {
  const written = inOneGo(
    readDocument<WbxmlOutput>(Buffer.from(xml, 'utf8'), DEFAULT_WIRE_LIMITS, {
      namespaces: CSP_NAMESPACES,
      open: (outcome) => ({
        child: (name, _home, _attributes, namespace) => {
          const output = new WbxmlOutput(version);
          outcome.take(output);
          return new TagWriter(output, name, namespace, null);
        },
        text: () => {},
        close: () => {},
      }),
    }),
  );
  if (!written.ok) throw new Error('The XML of a CSP message cannot be read back');
  return written.value.document();
}

class TagWriter implements Frame {
  private readonly tag: number;
  private content = '';
  private hasContent = false;

  constructor(
    private readonly output: WbxmlOutput,
    private readonly name: string,
    private readonly namespace: string | null,
    outer: string | null,
  ) {
    this.tag = output.tag(name);
    if (namespace !== null && namespace !== outer) this.declare(namespace);
  }

  child(name: string, _home: boolean, _attributes: unknown, namespace: string | null): Frame {
    this.begin();
    return new TagWriter(this.output, name, namespace, this.namespace);
  }

  text(chunk: string): void {
    this.content += chunk;
  }

  close(): void {
    if (this.content !== '') this.writeContent();
    if (this.hasContent) this.output.push(TOKEN.end);
  }

  private begin(): void {
    if (!this.hasContent) this.output.mark(this.tag, HAS_CONTENT);
    this.hasContent = true;
  }

  private declare(namespace: string): void {
    const [, start = '', version = ''] = NAMESPACE.exec(namespace) ?? [];
    const token = STARTS.get(start);
    if (token === undefined) throw new Error('A namespace without a token of binary XML');
    this.output.mark(this.tag, HAS_ATTRIBUTES);
    this.output.push(token);
    this.output.string(version);
    this.output.push(TOKEN.end);
  }

  private writeContent(): void {
    const { output, name, content } = this;
    this.begin();
    const value = WORD_TAGS.has(name) ? WRITTEN_VALUES.get(content) : undefined;
    if (value !== undefined) output.push(TOKEN.extensionNumber0, value);
    else if (INTEGER_TAGS.has(name) && WHOLE_NUMBER.test(content) && Number(content) <= MAX_INTEGER)
      output.integer(Number(content));
    else output.string(content);
  }
}
