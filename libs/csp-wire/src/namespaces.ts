import { CSP_VERSIONS, type CspVersion } from './messages.js';

export interface VersionNamespaces {
  readonly message: string;
  readonly content: string;
}

/** What a message declares, by its version. */
export const NAMESPACES: Readonly<Record<CspVersion, VersionNamespaces>> = {
  '1.1': {
    message: 'http://www.wireless-village.org/CSP1.1',
    content: 'http://www.wireless-village.org/TRC1.1',
  },
  '1.2': {
    message: 'http://www.openmobilealliance.org/DTD/WV-CSP1.2',
    content: 'http://www.openmobilealliance.org/DTD/WV-TRC1.2',
  },
  '1.3': {
    message: 'http://www.openmobilealliance.org/DTD/IMPS-CSP1.3',
    content: 'http://www.openmobilealliance.org/DTD/IMPS-TRC1.3',
  },
};

/** For the XML reader, which takes these names whatever they look like. Elements are known by their local names. */
export const CSP_NAMESPACES: ReadonlySet<string | null> = new Set(
  CSP_VERSIONS.flatMap((version) => Object.values<string>({ ...NAMESPACES[version] })),
);

/** Other spellings are seen in the field; what they agree on is the end. */
const VERSION = /CSP(\d{1,3}\.\d{1,3})$/;

/** Undefined for a version that the tables do not have. */
export function versionOf(namespace: string | null): CspVersion | undefined {
  const named = VERSION.exec(namespace ?? '')?.[1];
  return CSP_VERSIONS.find((version) => version === named);
}

/** The version in which to answer a message of another one. */
export const nearestVersion = (namespace: string | null): CspVersion =>
  namespace?.includes('openmobilealliance') === true ? '1.3' : '1.1';
