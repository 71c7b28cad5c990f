import { Buffer } from 'node:buffer';

/** Without an internal subset: none is needed, and there is nothing in it that a client wants. */
const DOCUMENT_TYPE =
  /^((?:\xEF\xBB\xBF)?\s{0,100}(?:<\?xml[^>]{0,200}\?>)?\s{0,100})<!DOCTYPE[^<>[\]]{0,1000}>/;

/**
 * For a client alone: the same document without its document type declaration. Servers in the field write one, even one
 * that is not well-formed, and the reader refuses each.
 */
export function withoutDocumentType(bytes: Uint8Array): Uint8Array {
  const head = Buffer.from(bytes.subarray(0, 4096)).toString('latin1');
  const [all, before] = DOCUMENT_TYPE.exec(head) ?? [];
  if (all === undefined || before === undefined) return bytes;
  return Buffer.concat([bytes.subarray(0, before.length), bytes.subarray(all.length)]);
}
