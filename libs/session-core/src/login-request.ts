import type { LoginUser } from './check-entitlement.js';
import type { LoginProof } from './authenticate-user.js';
import type { ServiceID, UserSessionID } from './ids.js';
import type { FunctionNode } from './service-tree.js';

/** A login with its proof: phase 2 of a challenge login, or two-way (ssp-binding §4.1). */
export interface LoginRequest {
  readonly peer: ServiceID;
  readonly user: LoginUser;
  readonly transactionID: string;
  /** No third party between SAP 1 and us could read the message. */
  readonly secureTransport: boolean;
  readonly proof: LoginProof;
  readonly cspVersion: string | undefined;
  readonly timeToLiveS: number | undefined;
  /** The session to resume, as sent. */
  readonly userSessionID: string | undefined;
  readonly sessionCookie: string | undefined;
  readonly sapEpoch: string | undefined;
  /** Children of `Functions`. */
  readonly functions: readonly FunctionNode[] | undefined;
  readonly capabilityList: string | undefined;
}

/** What `UserLoginResponse` 200 says. */
export interface LoggedIn {
  readonly kind: 'logged-in';
  readonly sessionID: UserSessionID;
  readonly keepAliveTimeS: number;
  readonly capabilityRequest: boolean;
  readonly agreedCapabilityList: string | undefined;
  /** Children of `Functions`: what was asked for and is not available. */
  readonly denied: readonly FunctionNode[] | undefined;
}

/** 503: the session was ended, or the account changed, while the login was under way. The next login sees how things are. */
export interface Overtaken {
  readonly kind: 'overtaken';
}
