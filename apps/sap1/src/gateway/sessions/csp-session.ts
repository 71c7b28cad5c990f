import type { WireUser } from '@sap2/ssp-wire';
import type { ProviderDesk } from '../providers/provider-desk.js';
import { ownCopy } from './own-copy.js';

/** Clients subtract seconds from their keep-alive time, and use other defaults below six seconds. */
export const SHORTEST_KEEP_ALIVE_S = 30;

/** The keep-alive time that SAP 2 is asked for; undefined: the handset has not said. */
export const wishedKeepAliveS = (timeToLiveS: number | undefined): number | undefined =>
  timeToLiveS === undefined ? undefined : Math.max(timeToLiveS, SHORTEST_KEEP_ALIVE_S);

export type EndCode = 600 | 601 | 604;

/** How a session ended, until the handset has heard of it. */
export interface SessionEnd {
  readonly code: EndCode;
  readonly description: string | undefined;
  readonly atMs: number;
}

/** What a login makes known of a session. No credential is part of it. */
export interface SessionBirth {
  /** SAP 2’s `userSessionID`, and the `SessionID` of the handset. */
  readonly id: string;
  readonly provider: ProviderDesk;
  readonly user: WireUser;
  /** `1.1`, `1.2` or `1.3`. */
  readonly version: string;
  readonly cookie: string | undefined;
  /** The slot of the client among the stored answers. */
  readonly client: string;
  readonly grantedS: number;
}

/** What the gateway keeps of one handset’s session, in memory. */
export class CspSession {
  readonly id: string;
  readonly provider: ProviderDesk;
  readonly user: WireUser;
  readonly version: string;
  readonly cookie: string | undefined;
  readonly client: string;
  /** The keep-alive time in force at SAP 2. */
  grantedS: number;
  /** The last message of the handset. */
  aliveAtMs: number;
  /** The last operation that SAP 2 has accepted for this session. */
  renewedAtMs: number;
  /** A renewal is under way. */
  isRenewing = false;
  end: SessionEnd | undefined;
  /** The handset has not fetched its `Disconnect` yet. */
  isDisconnectWaiting = false;
  /** Answers the poll that waits. */
  answerPoll: (() => void) | undefined;

  constructor(birth: SessionBirth, nowMs: number) {
    this.id = ownCopy(birth.id);
    this.provider = birth.provider;
    this.user = ownUser(birth.user);
    this.version = birth.version;
    this.cookie = ownCopy(birth.cookie);
    this.client = ownCopy(birth.client);
    this.grantedS = birth.grantedS;
    this.aliveAtMs = nowMs;
    this.renewedAtMs = nowMs;
  }

  /** The keep-alive time that the handset knows. */
  get toldS(): number {
    return Math.max(this.grantedS, SHORTEST_KEEP_ALIVE_S);
  }
}

const ownUser = ({ userID, clientID }: WireUser): WireUser => ({
  userID: ownCopy(userID),
  clientID: clientID && {
    url: ownCopy(clientID.url),
    msisdn: ownCopy(clientID.msisdn),
    text: ownCopy(clientID.text),
    applicationID: ownCopy(clientID.applicationID),
  },
});
