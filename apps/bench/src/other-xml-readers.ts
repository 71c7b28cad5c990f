import { parseXml, type XmlElement } from '@rgrove/parse-xml';
import type { DecodedMessage } from '@sap2/ssp-wire';
import { type Dialect, type Frame, Outcome, type XmlAttribute } from '@sap2/xml-codec';
import { SaxesParser } from 'saxes';

/**
 * Other readers that the codec could use, under the same frames. They get the text without checks and limits. So
 * their real cost is higher.
 */

export type Read = (bytes: Uint8Array) => DecodedMessage;

const decoder = new TextDecoder();

function valueOf(outcome: Outcome<DecodedMessage>): DecodedMessage {
  if (!outcome.result.ok) throw new Error(outcome.result.error);
  return outcome.result.value;
}

export const bySaxes =
  (dialect: Dialect<DecodedMessage>): Read =>
  (bytes) => {
    const outcome = new Outcome<DecodedMessage>();
    const frames: Frame[] = [dialect.open(outcome)];
    const text = (chunk: string): void => frames.at(-1)?.text(chunk);
    const parser = new SaxesParser({ xmlns: true, position: false });
    parser.on('error', (fault) => {
      throw fault;
    });
    parser.on('opentag', ({ local, uri, attributes }) => {
      const named = Object.values(attributes)
        .filter((one) => one.uri !== 'http://www.w3.org/2000/xmlns/')
        .map((one): XmlAttribute => ({ name: one.local, namespace: one.uri, value: one.value }));
      const frame = frames.at(-1)?.child(local, dialect.namespaces.has(uri), named, uri);
      if (frame) frames.push(frame);
    });
    parser.on('closetag', () => frames.pop()?.close());
    parser.on('text', text);
    parser.on('cdata', text);
    parser.write(decoder.decode(bytes)).close();
    return valueOf(outcome);
  };

/** It knows no namespaces: only a default one is resolved here. */
export const byParseXml =
  (dialect: Dialect<DecodedMessage>): Read =>
  (bytes) => {
    const outcome = new Outcome<DecodedMessage>();
    const { root } = parseXml(decoder.decode(bytes));
    if (root) walk(root, dialect.open(outcome), null, dialect.namespaces);
    return valueOf(outcome);
  };

function walk(
  { name, attributes, children }: XmlElement,
  parent: Frame,
  around: string | null,
  home: ReadonlySet<string | null>,
): void {
  const namespace = attributes['xmlns'] ?? around;
  const named = Object.keys(attributes)
    .filter((key) => key !== 'xmlns')
    .map((key): XmlAttribute => ({ name: key, namespace: '', value: attributes[key] ?? '' }));
  const frame = parent.child(name, home.has(namespace), named, namespace);
  for (const child of children) {
    if ('children' in child) walk(child, frame, namespace, home);
    else if ('text' in child) frame.text(child.text);
  }
  frame.close();
}
