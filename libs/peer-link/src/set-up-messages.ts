import type { Randomness } from '@sap2/kernel';
import type {
  SapDigestSchema,
  SapLoginRequest,
  SapLoginResponse,
  SendSecretToken,
  Status,
} from '@sap2/ssp-wire';
import { hmacSha256Digest, md5Digest, type DigestSubject } from './password-digest.js';

/** Characters of an id that a peer may announce. Ours have 32 before the domain, and each id is a key in the store. */
const SESSION_ID_MAX_LENGTH = 128;

/** Octets of a token: 192 bits, where ssp-binding §3 asks for 128. */
const TOKEN_BYTES = 24;
const SESSION_ID_BYTES = 16;

const hex = (randomness: Randomness, bytes: number): string =>
  Buffer.from(randomness.bytes(bytes)).toString('hex');

export const newToken = (randomness: Randomness): string => hex(randomness, TOKEN_BYTES);

/** Also used as transactionID of a set-up. It alone names the peer in message 5, so it must not be guessable. */
export const newTransactionID = (randomness: Randomness): string => hex(randomness, SESSION_ID_BYTES);

/** `<128 random bits>@<own domain>`. */
export const newSspSessionID = (randomness: Randomness, ownServiceID: string): string =>
  `${hex(randomness, SESSION_ID_BYTES)}@${domainOf(ownServiceID)}`;

/** The part behind the last `@`, of a service id or of an SSP session id. */
export const domainOf = (id: string): string => id.slice(id.lastIndexOf('@') + 1).toLowerCase();

export const isSspSessionID = (id: string | undefined): id is string =>
  id !== undefined && id !== '' && id.length <= SESSION_ID_MAX_LENGTH;

/** By HMAC-SHA-256 the id is a bearer secret: 22 of these characters hold 128 random bits (ssp-binding §3). */
const SECRET_LOCAL_PART = /^[A-Za-z0-9_-]{22,}$/;

export const isSecretSspSessionID = (id: string | undefined): id is string =>
  isSspSessionID(id) && SECRET_LOCAL_PART.test(id.includes('@') ? id.slice(0, id.lastIndexOf('@')) : id);

/** Names of SAPs are compared in lower case. */
export const isSameService = (one: string, other: string): boolean =>
  one.toLowerCase() === other.toLowerCase();

/** Messages 1 and 2. */
export const sendSecretToken = (serviceID: string, secretToken: string): SendSecretToken => ({
  kind: 'SendSecretToken',
  serviceID,
  protocol: 'WV-SSP',
  protocolVersion: '1.3',
  secretToken,
  encoding: undefined,
});

/** Messages 3 and 4. `secret` is of no account with MD5. */
export function sapLoginRequest(
  schema: SapDigestSchema,
  secret: string,
  subject: DigestSubject,
  timeToLive: number,
): SapLoginRequest {
  const value = schema === 'MD5' ? md5Digest(subject.receiverToken) : hmacSha256Digest(secret, subject);
  return {
    kind: 'LoginRequest',
    serviceID: subject.sender,
    timeToLive,
    // The field has no such attribute; without it MD5 is meant.
    passwordDigest: { digestSchema: schema === 'MD5' ? undefined : schema, value },
  };
}

/** Messages 5 and 6. @param proof the session proof in base64; undefined: the set-up is by MD5 */
export const sapLoginResponse = (
  sessionID: string,
  timeToLive: number,
  proof: string | undefined,
): SapLoginResponse => ({
  kind: 'LoginResponse',
  sessionID,
  timeToLive,
  status: statusOf(200, undefined),
  passwordDigest: proof === undefined ? undefined : { digestSchema: 'HMAC-SHA-256', value: proof },
});

/** No session; why is not the other side's business (ssp-binding §3). */
export const sapRefusal = (code: number, tryAgainTimeoutS: number | undefined): SapLoginResponse => ({
  kind: 'LoginResponse',
  sessionID: undefined,
  timeToLive: undefined,
  status: statusOf(code, tryAgainTimeoutS),
  passwordDigest: undefined,
});

export const statusOf = (code: number, tryAgainTimeoutS: number | undefined): Status => ({
  code,
  description: undefined,
  detailedResults: [],
  tryAgainTimeoutS,
});

/** The smaller of both sides' times, and never 0. A session of 0 s could not even get an answer. */
export const agreedTimeToLiveS = (theirs: number | undefined, ours: number): number =>
  Math.max(1, Math.min(theirs ?? ours, ours));
