import { err, type Result } from '@sap2/kernel';
import type { WireFault, WireLimits } from '@sap2/xml-codec';
import type { CspEncoding, DecodedCspMessage } from './messages.js';

/** The whole document cannot be read: HTTP 400, or 413 for `too-large`. */
export type CspFault = WireFault;

/**
 * Bytes to a typed message. Never throws, and takes a few milliseconds at most for a message within the limits. A fault
 * never has a part of the input in it.
 */
export function decodeCsp(
  _bytes: Uint8Array,
  _encoding: CspEncoding,
  _limits: Partial<WireLimits> = {},
): Result<DecodedCspMessage, CspFault> {
  return err({ reason: 'not-this-schema', detail: 'the codec is not there yet' });
}
