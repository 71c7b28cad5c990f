import { assertNever } from '@sap2/kernel';
import type { AccountID, ClientID, Domain, ServiceID, UserSessionID } from './ids.js';
import type { FunctionName } from './service-tree.js';

export const CSP_VERSIONS = ['1.1', '1.2', '1.3'] as const;
export type CspVersion = (typeof CSP_VERSIONS)[number];

/** What is true of a live user session. PostgreSQL owns its birth and death, the live store its deadline. */
export interface UserSession {
  readonly id: UserSessionID;
  readonly account: AccountID;
  readonly domain: Domain;
  /** `userID` as SAP 1 sent it at login: what is echoed to it, resource and all. */
  readonly userID: string;
  readonly client: ClientID;
  /** The peer that logged it in, and the only one that may use it (ssp-binding §7). */
  readonly peer: ServiceID;
  readonly keepAliveTimeS: number;
  readonly cspVersion: CspVersion;
  readonly sapEpoch: string | undefined;
  readonly sessionCookie: string | undefined;
  /** Opaque XML as the codec wrote it. */
  readonly capabilityList: string | undefined;
  readonly agreedServices: readonly FunctionName[];
  readonly startedAtMs: number;
}

/** Why a session ended. */
export const END_CAUSES = [
  'logout',
  'expired',
  'administrator',
  'account-suspended',
  'account-deleted',
  'credentials-changed',
  'replaced',
  'evicted',
  'left-out-of-sync',
  'agreement-ended',
] as const;
export type EndCause = (typeof END_CAUSES)[number];

/** The status that an owner gets for a session ended so; a logout by the owner itself leaves "no such session" (ssp-binding §4.3, §5). */
export function statusOfEnd(cause: EndCause): 600 | 601 | 604 {
  switch (cause) {
    case 'logout':
      return 604;
    case 'expired':
      return 600;
    case 'administrator':
    case 'account-suspended':
    case 'account-deleted':
    case 'credentials-changed':
    case 'replaced':
    case 'evicted':
    case 'left-out-of-sync':
    case 'agreement-ended':
      return 601;
    default:
      return assertNever(cause);
  }
}

/** Whether the owner is still to be told: always, unless it logged the user out itself (ssp-binding §5). */
export const owesDisconnect = (cause: EndCause): boolean => cause !== 'logout';

/** A session that has just been ended in the ledger, with what the live store needs to forget it. */
export interface EndedSession {
  readonly id: UserSessionID;
  readonly peer: ServiceID;
  readonly cause: EndCause;
}
