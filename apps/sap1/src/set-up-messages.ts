import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import {
  type SapLoginRequest,
  type SapLoginResponse,
  type SendSecretToken,
  type SetupMessage,
  type SetupPrimitive,
  SSP_NAMESPACES,
} from '@sap2/ssp-wire';
import { statusOf } from './requests.js';

/** Seconds of silence after which an SSP session is over (ssp-binding §3). */
export const TIME_TO_LIVE_S = 86_400;

/** The shorter of both wishes; a peer that says nothing wants ours. */
export const agreedTimeToLiveS = (theirs: number | undefined): number =>
  Math.min(theirs ?? TIME_TO_LIVE_S, TIME_TO_LIVE_S);

/** Who we are, and the secret that the agreement gave to both of us. */
export interface SapIdentity {
  readonly ownServiceID: string;
  readonly sharedSecret: string;
  /** What the peer proves itself with, where it is not the same: one of them has been replaced. */
  readonly peerSecret?: string | undefined;
}

/**
 * `PasswordDigest` with HMAC-SHA-256, over the receiver's token and both names. So an attacker cannot send a digest
 * back to its maker.
 */
export function passwordDigest(
  secret: string,
  receiverToken: string,
  sender: string,
  receiver: string,
): string {
  return createHmac('sha256', secret).update(`${receiverToken}\n${sender}\n${receiver}`).digest('base64');
}

/** Whether `peer` made this digest over `ourToken` with its secret; takes as long either way. */
export function provesSecret(
  { passwordDigest: { digestSchema, value } }: SapLoginRequest,
  { ownServiceID, sharedSecret, peerSecret = sharedSecret }: SapIdentity,
  peer: string,
  ourToken: string,
): boolean {
  const expected = Buffer.from(passwordDigest(peerSecret, ourToken, peer, ownServiceID));
  const given = Buffer.from(value);
  return (
    digestSchema === 'HMAC-SHA-256' && given.length === expected.length && timingSafeEqual(given, expected)
  );
}

/** 256 random bits as text. */
export const newToken = (): string => randomBytes(32).toString('hex');

/** `<random>@<our domain>`. */
export const newSspSessionID = (ownServiceID: string): string =>
  `${randomBytes(16).toString('hex')}@${ownServiceID.slice(ownServiceID.indexOf('@') + 1)}`;

export function setupMessage(
  mode: SetupMessage['mode'],
  transactionID: string,
  primitive: SetupPrimitive,
): SetupMessage {
  return { kind: 'setup', namespace: SSP_NAMESPACES[0], mode, transactionID, primitive };
}

/** Messages 1 and 2. */
export function secretToken(serviceID: string, token: string): SendSecretToken {
  return {
    kind: 'SendSecretToken',
    serviceID,
    protocol: 'WV-SSP',
    protocolVersion: '1.3',
    secretToken: token,
    encoding: undefined,
  };
}

/** Messages 3 and 4: our proof, over the token that the peer sent. */
export function loginRequest(identity: SapIdentity, peer: string, peerToken: string): SapLoginRequest {
  const { ownServiceID, sharedSecret } = identity;
  return {
    kind: 'LoginRequest',
    serviceID: ownServiceID,
    timeToLive: TIME_TO_LIVE_S,
    passwordDigest: {
      digestSchema: 'HMAC-SHA-256',
      value: passwordDigest(sharedSecret, peerToken, ownServiceID, peer),
    },
  };
}

/** Both tokens of a set-up, as the side that writes or reads a session proof sees them. */
export interface ProofTokens {
  /** Sent by the side that receives the proof. */
  readonly receiverToken: string;
  /** Sent by the side that makes it. */
  readonly senderToken: string;
}

/** Session proof with HMAC-SHA-256. Only a SAP that knows the secret can finish a set-up, with its own id. */
export function sessionProof(
  secret: string,
  { receiverToken, senderToken }: ProofTokens,
  sessionID: string,
  sender: string,
  receiver: string,
): string {
  return createHmac('sha256', secret)
    .update([receiverToken, senderToken, sessionID, sender, receiver].join('\n'))
    .digest('base64');
}

/** Whether `peer` announced this id and knows the secret; takes as long either way. */
export function provesSession(
  { sessionID, passwordDigest: digest }: SapLoginResponse,
  { ownServiceID, sharedSecret, peerSecret = sharedSecret }: SapIdentity,
  peer: string,
  tokens: ProofTokens,
): boolean {
  const expected = Buffer.from(sessionProof(peerSecret, tokens, sessionID ?? '', peer, ownServiceID));
  const given = Buffer.from(digest?.value ?? '');
  return (
    digest?.digestSchema === 'HMAC-SHA-256' &&
    given.length === expected.length &&
    timingSafeEqual(given, expected)
  );
}

/** Messages 5 and 6: our id, with the session proof. */
export function announcement(
  { ownServiceID, sharedSecret }: SapIdentity,
  peer: string,
  tokens: ProofTokens,
  sessionID: string,
): SapLoginResponse {
  const value = sessionProof(sharedSecret, tokens, sessionID, ownServiceID, peer);
  return {
    kind: 'LoginResponse',
    sessionID,
    timeToLive: TIME_TO_LIVE_S,
    status: statusOf(200),
    passwordDigest: { digestSchema: 'HMAC-SHA-256', value },
  };
}

/** Every refusal of a set-up. */
export const setUpRefusal = (code: number): SapLoginResponse => ({
  kind: 'LoginResponse',
  sessionID: undefined,
  timeToLive: undefined,
  status: statusOf(code),
  passwordDigest: undefined,
});
