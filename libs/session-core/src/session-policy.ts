import type { UserSessionID } from './ids.js';
import type { SecondLoginPolicy } from './ports/session-ledger.port.js';

/** What the provider decided about its sessions, for all of its domains. */
export interface SessionPolicy {
  readonly keepAliveMinS: number;
  readonly keepAliveMaxS: number;
  /** Where SAP 1 asks for nothing. */
  readonly keepAliveDefaultS: number;
  readonly secondLogin: SecondLoginPolicy;
  /**
   * Part of the keep-alive time (0..0.1) that is not granted; undefined: the whole time is granted. It is constant
   * for a session. So a request for the same time gets the same grant, and nothing changes.
   */
  readonly withheld?: ((id: UserSessionID) => number) | undefined;
}

/** What is granted to who asks for `timeToLiveS`: never more than that, but for the least that there is (ssp-binding §4.3). */
export function grantedKeepAliveS(
  timeToLiveS: number,
  { keepAliveMinS, keepAliveMaxS, withheld = () => 0 }: SessionPolicy,
  id: UserSessionID,
): number {
  const most = Math.min(Math.max(timeToLiveS, keepAliveMinS), keepAliveMaxS);
  return Math.max(keepAliveMinS, Math.ceil(most * (1 - withheld(id))));
}

/** How long a session lives after its last accepted operation: its keep-alive time, and a grace (ssp-binding §4.3). */
export const lifeMs = (keepAliveTimeS: number, graceS: number): number => (keepAliveTimeS + graceS) * 1000;
