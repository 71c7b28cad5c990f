import type { Result } from '@sap2/kernel';
import { DEFAULT_WIRE_LIMITS, inOneGo, readDocument, type WireFault, type WireLimits } from '@sap2/xml-codec';
import { cspDialect } from './envelope.js';
import type { CspEncoding, DecodedCspMessage } from './messages.js';
import { readWbxml } from './wbxml/wbxml-reader.js';

/** The whole document cannot be read: HTTP 400, or 413 for `too-large`. */
export type CspFault = WireFault;

/** csp-front §2 and §7. A whole document of small pieces takes some milliseconds. */
export const CSP_LIMITS: WireLimits = {
  ...DEFAULT_WIRE_LIMITS,
  maxBytes: 64 * 1024,
  maxDepth: 16,
  maxPieces: 3_000,
  maxRunLength: 64 * 1024,
};

/**
 * Bytes to a typed message. Never throws, and takes a few milliseconds at most for a message within the limits. A fault
 * never has a part of the input in it.
 */
export function decodeCsp(
  bytes: Uint8Array,
  encoding: CspEncoding,
  limits: Partial<WireLimits> = {},
): Result<DecodedCspMessage, CspFault> {
  const all = { ...CSP_LIMITS, ...limits };
  const dialect = cspDialect(encoding);
  return encoding === 'wbxml' ? readWbxml(bytes, all, dialect) : inOneGo(readDocument(bytes, all, dialect));
}
