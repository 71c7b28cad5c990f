import { err, ok, type Result } from '@sap2/kernel';
import { type FunctionName, parseOffer } from '@sap2/session-core';

/** Names that the service tree does not have. */
export interface UnknownServices {
  readonly kind: 'unknown-services';
  readonly names: readonly string[];
}

/** Features and functions of ssp-binding §4.5, as the functions that they stand for. Undefined and null are kept. */
export function readServices<Absent extends undefined | null>(
  names: readonly string[] | Absent,
): Result<readonly FunctionName[] | Absent, UnknownServices> {
  if (names === undefined || names === null) return ok(names);
  const offer = parseOffer(names);
  return offer.ok ? ok([...offer.value]) : err({ kind: 'unknown-services', names: offer.error.unknownNames });
}
