import type { Buffer } from 'node:buffer';
import { NAMESPACES } from '../namespaces.js';
import { CSP_VERSIONS } from '../messages.js';
import { type WbxmlBytes, textOf } from './wbxml-bytes.js';
import { WbxmlFault } from './wbxml-fault.js';

/** Of WBXML itself: 1.1 to 1.3. In 1.0 the header has another form. */
const FIRST_VERSION = 0x01;
export const LAST_VERSION = 0x03;

/** Public identifiers of CSP 1.1, 1.2 and 1.3. */
export const FIRST_PUBLIC_ID = 0x10;
const IN_STRING_TABLE = 0;

const US_ASCII = 3;
export const UTF_8 = 106;
/** 0 says that the transport knows it. HTTP says nothing about it, so it means UTF-8. */
const CHARSETS: ReadonlySet<number> = new Set([0, US_ASCII, UTF_8]);

const PUBLIC_NAME = /CSP (\d{1,3}\.\d{1,3})\/\/EN$/;

/** What stands before the elements. */
export interface WbxmlHeader {
  /** Of a document that declares none: what its public identifier means; null: that means nothing. */
  readonly namespace: string | null;
  readonly strings: StringTable;
}

export function readHeader(bytes: WbxmlBytes): WbxmlHeader {
  const version = bytes.byte();
  if (version < FIRST_VERSION || version > LAST_VERSION)
    throw new WbxmlFault('not-well-formed', 'not a version of WBXML that is known here');
  const publicId = bytes.number();
  const publicName = publicId === IN_STRING_TABLE ? bytes.number() : undefined;
  if (!CHARSETS.has(bytes.number()))
    throw new WbxmlFault('encoding', 'a character set other than UTF-8 and US-ASCII');
  const strings = new StringTable(bytes.counted());
  return {
    strings,
    namespace: publicName === undefined ? namespaceOfId(publicId) : namespaceOfName(strings.at(publicName)),
  };
}

function namespaceOfId(publicId: number): string | null {
  const version = CSP_VERSIONS[publicId - FIRST_PUBLIC_ID];
  return version === undefined ? null : NAMESPACES[version].message;
}

function namespaceOfName(name: string): string | null {
  const named = PUBLIC_NAME.exec(name)?.[1];
  const version = CSP_VERSIONS.find((known) => known === named);
  return version === undefined ? null : NAMESPACES[version].message;
}

/** Strings that the document refers to by their offset. A reference must name the begin of one. */
export class StringTable {
  private readonly read = new Map<number, string>();

  constructor(private readonly octets: Buffer) {}

  at(offset: number): string {
    const known = this.read.get(offset);
    if (known !== undefined) return known;
    const { octets } = this;
    const isStart = offset < octets.length && (offset === 0 || octets[offset - 1] === 0);
    if (!isStart) throw new WbxmlFault('not-well-formed', 'a reference to a string that the table has not');
    const end = octets.indexOf(0, offset);
    const text = textOf(octets.subarray(offset, end < 0 ? octets.length : end));
    this.read.set(offset, text);
    return text;
  }
}
