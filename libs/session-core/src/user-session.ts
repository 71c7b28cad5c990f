import type { CspVersion } from './csp-version.js';
import type { AccountID, ClientID, Domain, ServiceID, UserSessionID } from './ids.js';
import type { FunctionName } from './service-tree.js';

/** The node of `node:incarnation`; undefined for an epoch that names none, and so speaks for all of its peer (ssp-binding §4.3). */
export function sapNodeOf(sapEpoch: string): string | undefined {
  return /^(.+):[^:]+$/.exec(sapEpoch)?.[1];
}

/** A live user session. PostgreSQL owns its begin and end, the live store its deadline. */
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
const STATUS_OF_END = {
  logout: 604,
  expired: 600,
  administrator: 601,
  'account-suspended': 601,
  'account-deleted': 601,
  'credentials-changed': 601,
  replaced: 601,
  evicted: 601,
  'left-out-of-sync': 601,
  'agreement-ended': 601,
} as const satisfies Record<EndCause, number>;

export const statusOfEnd = (cause: EndCause): 600 | 601 | 604 => STATUS_OF_END[cause];

/** Whether the owner must get a disconnect: always, unless it logged the user out itself (ssp-binding §5). */
export const owesDisconnect = (cause: EndCause): boolean => cause !== 'logout';

/** A session that has just been ended in the ledger, with what the live store needs to forget it. */
export interface EndedSession {
  readonly id: UserSessionID;
  readonly peer: ServiceID;
  readonly cause: EndCause;
}
