/**
 * Every CSP message that a gateway or a handset client of this project reads or writes, as a typed value. `kind` is the
 * name of the primitive on the wire. Only the codec's tables contain the spelling of other elements.
 */

export const CSP_VERSIONS = ['1.1', '1.2', '1.3'] as const;
export type CspVersion = (typeof CSP_VERSIONS)[number];

export type CspEncoding = 'xml' | 'wbxml';

export type TransactionMode = 'Request' | 'Response';

// ---- pieces that several primitives share -------------------------------------------------------------------------

/** At least one form is present when it was decoded; an empty `ClientID` reads as none. */
export interface CspClientID {
  readonly url: string | undefined;
  readonly msisdn: string | undefined;
  /** Known from 1.3. */
  readonly applicationID: string | undefined;
}

/** A feature, a function or a leaf of the service tree. No children: the whole branch. The root is `WVCSPFeat`. */
export interface FunctionNode {
  readonly name: string;
  readonly children: readonly FunctionNode[];
}

export interface CspResult {
  /** Three digits. */
  readonly code: number;
  /** The writer reduces it to letters, digits, blanks and `.,-`. */
  readonly description: string | undefined;
  /** Seconds; written in 1.3 only. */
  readonly tryAgainTimeoutS: number | undefined;
}

/** Names inside a capability list, in the order in which they are written. Those behind `CIRURL` are of 1.3. */
export const CAPABILITY_NAMES = [
  'ClientType',
  'InitialDeliveryMethod',
  'AnyContent',
  'AcceptedContentType',
  'AcceptedTransferEncoding',
  'AcceptedContentLength',
  'AcceptedCharSet',
  'SupportedBearer',
  'MultiTrans',
  'ParserSize',
  'SupportedCIRMethod',
  'UDPPort',
  'TCPAddress',
  'TCPPort',
  'ServerPollMin',
  'DefaultLanguage',
  'CIRURL',
  'CIRHTTPAddress',
  'CIRSMSAddress',
  'UDPAddress',
  'AcceptedPullLength',
  'AcceptedPushLength',
  'AcceptedRichContentLength',
  'AcceptedTextContentLength',
  'OfflineETEMHandling',
  'OnlineETEMHandling',
  'PlainTextCharset',
  'SessionPriority',
  'SupportedOfflineBearer',
  'UserSessionLimit',
  'MultiTransPerMessage',
  'ContentPolicy',
  'ContentPolicyLimit',
] as const;
export type CapabilityName = (typeof CAPABILITY_NAMES)[number];

/** One entry; a name may come several times. Numbers are decimal text. */
export interface Capability {
  readonly name: CapabilityName;
  readonly value: string;
}

/** In the order of {@link CAPABILITY_NAMES}, when it was decoded; names that are not there were ignored. */
export type CapabilityList = readonly Capability[];

// ---- primitives ---------------------------------------------------------------------------------------------------

export type CspCredential =
  | { readonly scheme: 'password'; readonly password: string }
  /** Phase 1. Names as sent, in their order; a text with commas or blanks is already split. */
  | { readonly scheme: 'challenge'; readonly digestSchemas: readonly string[] }
  /** Phase 2. */
  | { readonly scheme: 'digest'; readonly digestBytes: string }
  | { readonly scheme: 'none' };

export interface LoginRequest {
  readonly kind: 'Login-Request';
  readonly userID: string;
  readonly clientID: CspClientID | undefined;
  readonly credential: CspCredential;
  /** Seconds. */
  readonly timeToLive: number | undefined;
  readonly sessionCookie: string | undefined;
  /** Asks to continue this session. */
  readonly sessionID: string | undefined;
  /** Known from 1.3. */
  readonly capabilityList: CapabilityList | undefined;
}

export interface LoginResponse {
  readonly kind: 'Login-Response';
  readonly clientID: CspClientID | undefined;
  readonly result: CspResult;
  readonly nonce: string | undefined;
  readonly digestSchema: string | undefined;
  readonly sessionID: string | undefined;
  /** Seconds. */
  readonly keepAliveTime: number | undefined;
  readonly capabilityRequest: boolean | undefined;
  /** Known from 1.3. */
  readonly agreedCapabilityList: CapabilityList | undefined;
}

export interface LogoutRequest {
  readonly kind: 'Logout-Request';
}

/** The end of a session that the server starts; in 1.1 also the answer to a logout. */
export interface Disconnect {
  readonly kind: 'Disconnect';
  readonly result: CspResult;
}

export interface Status {
  readonly kind: 'Status';
  readonly result: CspResult;
}

export interface KeepAliveRequest {
  readonly kind: 'KeepAlive-Request';
  readonly timeToLive: number | undefined;
}

export interface KeepAliveResponse {
  readonly kind: 'KeepAlive-Response';
  readonly result: CspResult;
  readonly keepAliveTime: number | undefined;
}

export interface GetSPInfoRequest {
  readonly kind: 'GetSPInfo-Request';
  readonly clientID: CspClientID | undefined;
}

export interface GetSPInfoResponse {
  readonly kind: 'GetSPInfo-Response';
  readonly clientID: CspClientID | undefined;
  readonly name: string | undefined;
  /** `content` is base64 text. */
  readonly logo: { readonly contentType: string | undefined; readonly content: string } | undefined;
  readonly description: string | undefined;
  readonly url: string | undefined;
}

export interface ServiceRequest {
  readonly kind: 'Service-Request';
  readonly clientID: CspClientID | undefined;
  readonly functions: readonly FunctionNode[] | undefined;
  readonly allFunctionsRequest: boolean;
}

export interface ServiceResponse {
  readonly kind: 'Service-Response';
  readonly clientID: CspClientID | undefined;
  /** What was asked and is not available. */
  readonly functions: readonly FunctionNode[] | undefined;
  readonly allFunctions: readonly FunctionNode[] | undefined;
}

export interface ClientCapabilityRequest {
  readonly kind: 'ClientCapability-Request';
  readonly clientID: CspClientID | undefined;
  readonly capabilityList: CapabilityList;
}

/** The list is `CapabilityList` on the wire in 1.1 and `AgreedCapabilityList` later; the reader takes both. */
export interface ClientCapabilityResponse {
  readonly kind: 'ClientCapability-Response';
  readonly clientID: CspClientID | undefined;
  readonly agreedCapabilityList: CapabilityList;
}

export interface PollingRequest {
  readonly kind: 'Polling-Request';
}

/** A primitive without a table, such as `GetPresence-Request`. The reader skips its content; the writer writes it empty. */
export interface OtherPrimitive {
  readonly kind: 'other';
  /** Empty if it is not a plain name, or has no name in the tokens of the version. */
  readonly name: string;
}

/** `TransactionContent` without a primitive. */
export interface EmptyContent {
  readonly kind: 'empty';
}

export type CspPrimitive =
  | LoginRequest
  | LoginResponse
  | LogoutRequest
  | Disconnect
  | Status
  | KeepAliveRequest
  | KeepAliveResponse
  | GetSPInfoRequest
  | GetSPInfoResponse
  | ServiceRequest
  | ServiceResponse
  | ClientCapabilityRequest
  | ClientCapabilityResponse
  | PollingRequest
  | OtherPrimitive
  | EmptyContent;

// ---- envelope -----------------------------------------------------------------------------------------------------

export interface SessionDescriptor {
  readonly type: 'Inband' | 'Outband';
  /** An `Inband` message from the field may lack it. */
  readonly sessionID: string | undefined;
}

export interface CspMessage {
  readonly version: CspVersion;
  readonly encoding: CspEncoding;
  readonly session: SessionDescriptor;
  readonly mode: TransactionMode;
  /** A `Polling-Request` may have none; an empty one reads as none. */
  readonly transactionID: string | undefined;
  /** On the wire inside `TransactionDescriptor` in 1.1 and behind the transaction later; the reader takes both. */
  readonly poll: boolean | undefined;
  readonly primitive: CspPrimitive;
}

// ---- what decoding gives ------------------------------------------------------------------------------------------

/** A known primitive that cannot be read. Its answer is `Status` with this code. */
export interface FaultyPrimitive {
  readonly kind: 'faulty';
  readonly name: string;
  readonly code: 400 | 402;
  /** Never has a part of the input in it. */
  readonly detail: string;
}

/** A version that the tables do not have. Its answer is `Status` 505, in the version that the message then has. */
export interface UnsupportedVersion {
  readonly kind: 'unsupported-version';
}

/** Of several transactions only the first one is here. */
export interface DecodedCspMessage extends Omit<CspMessage, 'primitive'> {
  readonly primitive: CspPrimitive | FaultyPrimitive | UnsupportedVersion;
}
