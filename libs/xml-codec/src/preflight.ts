import { isUtf8 } from 'node:buffer';
import { err, ok, type Result } from '@sap2/kernel';
import type { WireFault } from './wire-fault.js';

const DECLARATION =
  /^<\?xml[ \t\n]+version[ \t\n]*=[ \t\n]*(?:"1\.\d"|'1\.\d')(?:[ \t\n]+encoding[ \t\n]*=[ \t\n]*(?:"([\w.-]+)"|'([\w.-]+)'))?(?:[ \t\n]+standalone[ \t\n]*=[ \t\n]*(?:"(?:yes|no)"|'(?:yes|no)'))?[ \t\n]*\?>/;

/** No honest declaration comes near it; it keeps the search for its end short. */
const MAX_DECLARATION_LENGTH = 200;

/**
 * In any case, also in comments and CDATA. The binding never needs these words, and so two readers cannot disagree
 * about them.
 */
const DOCUMENT_TYPE = /<!(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)/i;

const CR = 0x0d;
const LF = 0x0a;

const refuse = (
  reason: WireFault['reason'],
  detail: string,
): { readonly ok: false; readonly error: WireFault } => err({ reason, detail });

/**
 * The text that the XML library gets to see: UTF-8 beyond doubt, no DTD, no declaration, line ends as LF. The library
 * has type-confusion advisories on entity and DTD nodes; a document type that never reaches it cannot use them.
 */
export function readText(bytes: Uint8Array, maxBytes: number): Result<string, WireFault> {
  if (bytes.length > maxBytes) return refuse('too-large', `the document is longer than ${maxBytes} bytes`);
  if (!isUtf8(bytes)) return refuse('encoding', 'the document is not UTF-8');
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const text = withoutByteOrderMark(decoder.decode(withPlainLineEnds(bytes)));
  if (text.startsWith('\uFEFF')) return refuse('encoding', 'the document begins with two byte order marks');
  if (text.includes('\0')) return refuse('encoding', 'the document has a NUL character');
  if (DOCUMENT_TYPE.test(text)) return refuse('doctype', 'the document has a document type declaration');
  return withoutDeclaration(text);
}

/** As every XML reader does it (XML 1.0 §2.11), but at once. Otherwise the parser makes an event of every line. */
export function withPlainLineEnds(bytes: Uint8Array): Uint8Array {
  if (!bytes.includes(CR)) return bytes;
  const plain = new Uint8Array(bytes.length);
  let length = 0;
  let before = LF;
  for (const byte of bytes) {
    if (byte !== LF || before !== CR) plain[length++] = byte === CR ? LF : byte;
    before = byte;
  }
  return plain.subarray(0, length);
}

export const withoutByteOrderMark = (text: string): string =>
  text.startsWith('\uFEFF') ? text.slice(1) : text;

/** Blanked and not cut, so that lines keep their numbers and a second declaration cannot move up into its place. */
function withoutDeclaration(text: string): Result<string, WireFault> {
  if (!/^<\?xml[ \t\n]/.test(text)) return ok(text);
  const [declaration, double, single] = DECLARATION.exec(text.slice(0, MAX_DECLARATION_LENGTH)) ?? [];
  if (declaration === undefined) return refuse('not-well-formed', 'the XML declaration is malformed, line 1');
  const encoding = (double ?? single ?? 'UTF-8').toUpperCase();
  const rest = text.slice(declaration.length);
  if (encoding !== 'UTF-8' && encoding !== 'US-ASCII')
    return refuse('encoding', 'the XML declaration names an encoding other than UTF-8');
  // eslint-disable-next-line no-control-regex -- the whole of ASCII is meant, control characters too
  if (encoding === 'US-ASCII' && !/^[\x00-\x7f]*$/.test(rest))
    return refuse('encoding', 'the document is declared as US-ASCII and is not');
  return ok(declaration.replace(/[^\n]/g, ' ') + rest);
}
