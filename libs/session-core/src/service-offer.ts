import type { Domain, ServiceID } from './ids.js';
import type { Directory } from './ports/directory.port.js';
import type { SessionLedger } from './ports/session-ledger.port.js';
import { deniedTree, type FunctionName, type FunctionNode, offerIn } from './service-tree.js';
import type { CspVersion } from './csp-version.js';
import type { UserSession } from './user-session.js';

/** What a user of the domain can have over this peer: what both the domain and the agreement allow. Nothing, if either is gone. */
export function serviceOffer(
  directory: Directory,
  peer: ServiceID,
  domain: Domain,
  version: CspVersion,
): ReadonlySet<FunctionName> {
  const served = directory.domain(domain);
  const entitlement = directory.entitlement(peer);
  if (!served || !entitlement) return new Set();
  return offerIn(version, served.services, entitlement.services);
}

export interface AgreementPorts {
  readonly directory: Directory;
  readonly ledger: SessionLedger;
}

export type AgreedServices =
  | { readonly kind: 'agreed'; readonly denied: readonly FunctionNode[] | undefined }
  | { readonly kind: 'no-longer-live' };

export type NegotiatingSession = Pick<UserSession, 'id' | 'peer' | 'domain' | 'cspVersion'>;

/**
 * Agrees on the requested services that are on offer, and replaces the earlier agreement. Returns what is denied
 * (ssp-binding §4.5).
 */
export async function agreeServices(
  { directory, ledger }: AgreementPorts,
  { id, peer, domain, cspVersion }: NegotiatingSession,
  asked: ReadonlySet<FunctionName>,
): Promise<AgreedServices> {
  const offered = serviceOffer(directory, peer, domain, cspVersion);
  const agreed = [...asked].filter((name) => offered.has(name));
  if (!(await ledger.agreeServices(id, agreed))) return { kind: 'no-longer-live' };
  return { kind: 'agreed', denied: deniedTree(asked, offered, cspVersion) };
}
