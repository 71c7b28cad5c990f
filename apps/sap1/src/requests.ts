import type {
  FunctionNode,
  GetSPInfoRequest,
  KeepAliveEntry,
  LoginCredential,
  MetaInfo,
  Status,
  UserKeepAliveRequest,
  UserLoginRequest,
  UserLogoutRequest,
  UserServiceRequest,
  WireUser,
  XmlFragment,
} from '@sap2/ssp-wire';

/** Optional wishes of a login (ssp-binding §4.1). */
export interface LoginWishes {
  readonly keepAliveTimeS?: number | undefined;
  /** Go on with this session after the end user was away, instead of a new one. */
  readonly resume?: string | undefined;
  readonly sessionCookie?: string | undefined;
  readonly cspVersion?: string | undefined;
  readonly sapEpoch?: string | undefined;
  readonly functions?: readonly FunctionNode[] | undefined;
  readonly capabilityList?: XmlFragment | undefined;
}

/** One message of a sync; `entries` of all its parts together are every session that SAP 1 holds (ssp-binding §4.3). */
export interface SyncPart {
  readonly syncID: string;
  /** Counts from 1. */
  readonly part: number;
  readonly parts: number;
  readonly sapEpoch: string;
  readonly entries: readonly KeepAliveEntry[];
}

/** Who asks: with a user, on behalf of that user's handset; without one, SAP 1 itself (ssp-binding §4). */
export function metaInfo(serviceID: string, user: WireUser | undefined): MetaInfo {
  return { clientOriginated: user !== undefined, requestor: { serviceID, user } };
}

export function userLoginRequest(
  meta: MetaInfo,
  credential: LoginCredential,
  wishes: LoginWishes,
): UserLoginRequest {
  return {
    kind: 'UserLoginRequest',
    metaInfo: meta,
    timeToLive: wishes.keepAliveTimeS,
    userSessionID: wishes.resume,
    sessionCookie: wishes.sessionCookie,
    cspVersion: wishes.cspVersion,
    sapEpoch: wishes.sapEpoch,
    credential,
    functions: wishes.functions,
    capabilityList: wishes.capabilityList,
  };
}

export function userLogoutRequest(meta: MetaInfo, userSessionID: string): UserLogoutRequest {
  return { kind: 'UserLogoutRequest', metaInfo: meta, userSessionID };
}

export function userKeepAliveRequest(
  meta: MetaInfo,
  form: UserKeepAliveRequest['form'],
): UserKeepAliveRequest {
  return { kind: 'UserKeepAliveRequest', metaInfo: meta, form };
}

export function getSPInfoRequest(meta: MetaInfo, serviceID: string): GetSPInfoRequest {
  return { kind: 'GetSPInfoRequest', metaInfo: meta, serviceID };
}

export function userServiceRequest(
  meta: MetaInfo,
  userSessionID: string,
  functions: readonly FunctionNode[] | undefined,
  allFunctionsRequest: boolean,
): UserServiceRequest {
  return { kind: 'UserServiceRequest', metaInfo: meta, userSessionID, allFunctionsRequest, functions };
}

export function statusOf(code: number): Status {
  return { code, description: undefined, detailedResults: [], tryAgainTimeoutS: undefined };
}
