import { domainOfService, parseServiceID, type ServiceID } from './ids.js';
import type { Directory, SpInfo } from './ports/directory.port.js';

export interface GetSpInfoRequest {
  readonly peer: ServiceID;
  /** As sent. */
  readonly serviceID: string;
}

export type GetSpInfoOutcome =
  /** 200 */
  | { readonly kind: 'info'; readonly info: SpInfo }
  /** 516 */
  | { readonly kind: 'domain-not-served' }
  /** 403 */
  | { readonly kind: 'not-entitled' }
  /** 404 */
  | { readonly kind: 'nothing-to-tell' };

/** Tells a peer about a provider whose users it may log in (ssp-binding §4.4). */
export class GetSpInfo {
  constructor(private readonly directory: Directory) {}

  execute({ peer, serviceID }: GetSpInfoRequest): GetSpInfoOutcome {
    const service = parseServiceID(serviceID);
    const served = service.ok ? this.directory.domain(domainOfService(service.value)) : undefined;
    if (!served) return { kind: 'domain-not-served' };
    if (!this.directory.entitlement(peer)?.domains.has(served.name)) return { kind: 'not-entitled' };
    return served.spInfo ? { kind: 'info', info: served.spInfo } : { kind: 'nothing-to-tell' };
  }
}
