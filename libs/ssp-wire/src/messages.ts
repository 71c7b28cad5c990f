/**
 * Every SSP message of the binding as a typed value. Each element of ssp-binding §1, §3–§5 has one interface, with
 * the field names of the protocol. Only the codec's tables contain the spelling of elements.
 */

/** Namespaces that a message may use (ssp-binding §1); the first is the one SAP 2 starts with. */
export const SSP_NAMESPACES = [
  'http://www.openmobilealliance.org/DTD/WV-SSP1.3',
  'http://www.openmobilealliance.org/DTD/WV-SSP1.2',
  'http://www.openmobilealliance.org/DTD/IMPS-SSP1.3',
] as const;
export type SspNamespace = (typeof SSP_NAMESPACES)[number];

export const isSspNamespace = (namespace: string | null): namespace is SspNamespace =>
  SSP_NAMESPACES.some((known) => known === namespace);

/** How a message is labelled over HTTP (ssp-binding §2). */
export const SSP_MEDIA_TYPE = 'application/vnd.wv.ssp+xml';

export type TransactionMode = 'Request' | 'Response';

// ---- pieces that several primitives share -------------------------------------------------------------------------

/** `ClientID`: at least one of the four forms is present when it was decoded (ssp-binding §4). */
export interface WireClientID {
  readonly url: string | undefined;
  readonly msisdn: string | undefined;
  readonly text: string | undefined;
  readonly applicationID: string | undefined;
}

export interface WireUser {
  readonly userID: string;
  readonly clientID: WireClientID | undefined;
}

export interface MetaInfo {
  readonly clientOriginated: boolean;
  readonly requestor: { readonly serviceID: string; readonly user: WireUser | undefined };
}

/** A node of the CSP service tree: a feature, a function or a leaf. No children: the whole branch. */
export interface FunctionNode {
  readonly name: string;
  readonly children: readonly FunctionNode[];
}

/** Status code of ssp-binding §8; any three-digit number is accepted from a peer. */
export type StatusCode = number;

export interface DetailedResult {
  readonly code: StatusCode;
  readonly description: string | undefined;
  /** What the result is about: `UserSession userSessionID=` children. */
  readonly userSessionIDs: readonly string[];
}

export interface Status {
  readonly code: StatusCode;
  readonly description: string | undefined;
  readonly detailedResults: readonly DetailedResult[];
  /** Seconds. */
  readonly tryAgainTimeoutS: number | undefined;
}

/** XML that passes through uninterpreted: the content of an element as the codec wrote it. */
export type XmlFragment = string & { readonly __xmlFragment: unique symbol };

// ---- SAP-level primitives (ssp-binding §3) ------------------------------------------------------------------------

export interface SendSecretToken {
  readonly kind: 'SendSecretToken';
  readonly serviceID: string;
  readonly protocol: string | undefined;
  readonly protocolVersion: string | undefined;
  /**
   * Token text without surrounding white space. With `encoding` its content is base64, but the text stays, because
   * digests use the text.
   */
  readonly secretToken: string;
  readonly encoding: 'base64' | undefined;
}

export type SapDigestSchema = 'HMAC-SHA-256' | 'MD5';

/** `PasswordDigest`: a proof over tokens. An absent schema means MD5 (ssp-binding §3). */
export interface PasswordDigest {
  readonly digestSchema: string | undefined;
  readonly value: string;
}

/** `LoginRequest` between SAPs. */
export interface SapLoginRequest {
  readonly kind: 'LoginRequest';
  readonly serviceID: string;
  /** Seconds. */
  readonly timeToLive: number | undefined;
  readonly passwordDigest: PasswordDigest;
}

/** `LoginResponse` between SAPs; without `sessionID` when the status is a refusal. */
export interface SapLoginResponse {
  readonly kind: 'LoginResponse';
  readonly sessionID: string | undefined;
  readonly timeToLive: number | undefined;
  readonly status: Status;
  /** The session proof; undefined with MD5, which has no proof. */
  readonly passwordDigest: PasswordDigest | undefined;
}

export interface SapKeepAliveRequest {
  readonly kind: 'KeepAliveRequest';
}
export interface SapKeepAliveResponse {
  readonly kind: 'KeepAliveResponse';
  readonly timeToLive: number | undefined;
  readonly status: Status;
}
export interface SapLogoutRequest {
  readonly kind: 'LogoutRequest';
}

// ---- user-session primitives (ssp-binding §4) ---------------------------------------------------------------------

export type LoginCredential =
  | { readonly scheme: 'challenge'; readonly digestSchemas: readonly string[] }
  | {
      readonly scheme: 'digest';
      readonly nonce: string;
      readonly digestSchema: string | undefined;
      readonly digestBytes: string;
    }
  | { readonly scheme: 'password'; readonly password: string };

export interface UserLoginRequest {
  readonly kind: 'UserLoginRequest';
  readonly metaInfo: MetaInfo;
  readonly timeToLive: number | undefined;
  readonly userSessionID: string | undefined;
  readonly sessionCookie: string | undefined;
  /** As sent; which versions exist is the service's business (505). */
  readonly cspVersion: string | undefined;
  readonly sapEpoch: string | undefined;
  readonly credential: LoginCredential;
  readonly functions: readonly FunctionNode[] | undefined;
  readonly capabilityList: XmlFragment | undefined;
}

export interface UserLoginResponse {
  readonly kind: 'UserLoginResponse';
  readonly status: Status;
  readonly userSessionID: string | undefined;
  readonly keepAliveTime: number | undefined;
  readonly capabilityRequest: boolean | undefined;
  readonly user: WireUser | undefined;
  readonly nonce: string | undefined;
  readonly digestSchema: string | undefined;
  readonly functions: readonly FunctionNode[] | undefined;
  readonly agreedCapabilityList: XmlFragment | undefined;
}

export interface UserLogoutRequest {
  readonly kind: 'UserLogoutRequest';
  readonly metaInfo: MetaInfo;
  readonly userSessionID: string;
}

export interface KeepAliveEntry {
  readonly userSessionID: string;
  readonly timeToLive: number | undefined;
}

export interface UserKeepAliveRequest {
  readonly kind: 'UserKeepAliveRequest';
  readonly metaInfo: MetaInfo;
  readonly form:
    | { readonly type: 'single'; readonly userSessionID: string; readonly timeToLive: number | undefined }
    | { readonly type: 'batch'; readonly entries: readonly KeepAliveEntry[] }
    | {
        readonly type: 'sync';
        readonly syncID: string;
        readonly part: number;
        readonly parts: number;
        readonly sapEpoch: string;
        readonly entries: readonly KeepAliveEntry[];
      };
}

export interface UserKeepAliveResponse {
  readonly kind: 'UserKeepAliveResponse';
  readonly status: Status;
  readonly keepAliveTime: number;
  readonly exceptions: readonly { readonly userSessionID: string; readonly keepAliveTime: number }[];
}

export interface GetSPInfoRequest {
  readonly kind: 'GetSPInfoRequest';
  readonly metaInfo: MetaInfo;
  readonly serviceID: string;
}

export interface GetSPInfoResponse {
  readonly kind: 'GetSPInfoResponse';
  readonly status: Status;
  readonly name: string | undefined;
  /** `content` is base64 text. */
  readonly logo: { readonly contentType?: string | undefined; readonly content: string } | undefined;
  readonly description: string | undefined;
  readonly url: string | undefined;
}

export interface UserServiceRequest {
  readonly kind: 'UserServiceRequest';
  readonly metaInfo: MetaInfo;
  readonly userSessionID: string;
  readonly allFunctionsRequest: boolean;
  readonly functions: readonly FunctionNode[] | undefined;
}

export interface UserServiceResponse {
  readonly kind: 'UserServiceResponse';
  readonly status: Status;
  readonly functions: readonly FunctionNode[] | undefined;
  readonly allFunctions: readonly FunctionNode[] | undefined;
}

/** Server-initiated logout, the only user-session primitive that SAP 2 starts (ssp-binding §5). */
export interface UserDisconnectRequest {
  readonly kind: 'UserDisconnectRequest';
  readonly metaInfo: MetaInfo;
  readonly userSessionID: string;
  readonly user: WireUser;
  readonly status: Status;
  readonly tryAgainTimeoutS: number | undefined;
}

/** A bare `Status` as the answer to any request. */
export interface StatusAnswer {
  readonly kind: 'Status';
  readonly status: Status;
}

export type RequestPrimitive =
  | UserLoginRequest
  | UserLogoutRequest
  | UserKeepAliveRequest
  | GetSPInfoRequest
  | UserServiceRequest
  | UserDisconnectRequest
  | SapKeepAliveRequest
  | SapLogoutRequest;

export type ResponsePrimitive =
  | UserLoginResponse
  | UserKeepAliveResponse
  | GetSPInfoResponse
  | UserServiceResponse
  | SapKeepAliveResponse
  | StatusAnswer;

export type SetupPrimitive = SendSecretToken | SapLoginRequest | SapLoginResponse;

// ---- envelope (ssp-binding §1) ------------------------------------------------------------------------------------

export interface RequestTransaction {
  readonly mode: 'Request';
  readonly transactionID: string;
  readonly primitive: RequestPrimitive;
}
export interface ResponseTransaction {
  readonly mode: 'Response';
  readonly transactionID: string;
  readonly primitive: ResponsePrimitive;
}
export type Transaction = RequestTransaction | ResponseTransaction;

export interface SetupMessage {
  readonly kind: 'setup';
  readonly namespace: SspNamespace;
  readonly mode: TransactionMode;
  readonly transactionID: string;
  readonly primitive: SetupPrimitive;
}

export interface SessionMessage {
  readonly kind: 'session';
  readonly namespace: SspNamespace;
  readonly sessionID: string;
  readonly transactions: readonly Transaction[];
}

export type SspMessage = SetupMessage | SessionMessage;

// ---- what decoding gives ------------------------------------------------------------------------------------------

/**
 * A transaction that cannot be decoded does not affect its neighbours. Its answer is this code alone (400, 402 or
 * 405).
 */
export interface FaultyTransaction {
  readonly mode: TransactionMode;
  readonly transactionID: string;
  readonly fault: { readonly code: 400 | 402 | 405; readonly detail: string };
}
export type DecodedTransaction = Transaction | FaultyTransaction;

export interface DecodedSessionMessage extends Omit<SessionMessage, 'transactions'> {
  readonly transactions: readonly DecodedTransaction[];
}
export type DecodedMessage = SetupMessage | DecodedSessionMessage;
