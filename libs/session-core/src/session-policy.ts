import type { SecondLoginPolicy } from './ports/session-ledger.port.js';

/** What the provider decided about its sessions, for all of its domains. */
export interface SessionPolicy {
  readonly keepAliveMinS: number;
  readonly keepAliveMaxS: number;
  /** Where SAP 1 asks for nothing. */
  readonly keepAliveDefaultS: number;
  readonly secondLogin: SecondLoginPolicy;
}

/** What is granted to who asks for `timeToLiveS` (ssp-binding §4.3). */
export function grantedKeepAliveS(
  timeToLiveS: number,
  { keepAliveMinS, keepAliveMaxS }: SessionPolicy,
): number {
  return Math.min(Math.max(timeToLiveS, keepAliveMinS), keepAliveMaxS);
}
