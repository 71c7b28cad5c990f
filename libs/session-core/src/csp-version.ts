import { err, ok, type Result } from '@sap2/kernel';

export const CSP_VERSIONS = ['1.1', '1.2', '1.3'] as const;
export type CspVersion = (typeof CSP_VERSIONS)[number];

/** What a login that names no version means (ssp-binding §4.1). */
const DEFAULT_CSP_VERSION: CspVersion = '1.2';

/** `cspVersion` of a login, as sent. */
export function parseCspVersion(text: string | undefined): Result<CspVersion, 'unknown-version'> {
  const version = CSP_VERSIONS.find((known) => known === (text ?? DEFAULT_CSP_VERSION));
  return version ? ok(version) : err('unknown-version');
}
