import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { SapDigestSchema } from '@sap2/ssp-wire';
import type { Agreement } from './ports/agreements.port.js';

/** What a `PasswordDigest` is about: who proves itself to whom, over the token that the receiver gave. */
export interface DigestSubject {
  /** Text of the receiver's `SecretToken`, base64 or not, as it is written. */
  readonly receiverToken: string;
  /** Both names as their owners spell them in the set-up. */
  readonly sender: string;
  readonly receiver: string;
}

/** What one side of a set-up knows: both tokens, and both names as their owners spell them. */
export interface Exchange {
  readonly ourToken: string;
  readonly theirToken: string;
  readonly ourName: string;
  readonly theirName: string;
}

const mirrored = ({ ourToken, theirToken, ourName, theirName }: Exchange): Exchange => ({
  ourToken: theirToken,
  theirToken: ourToken,
  ourName: theirName,
  theirName: ourName,
});

/** What our digest is about. */
export const ourDigest = ({ theirToken, ourName, theirName }: Exchange): DigestSubject => ({
  receiverToken: theirToken,
  sender: ourName,
  receiver: theirName,
});

export const theirDigest = (exchange: Exchange): DigestSubject => ourDigest(mirrored(exchange));

/** What our session proof is about. */
export const ourProof = (exchange: Exchange, sessionID: string): ProofSubject => ({
  ...ourDigest(exchange),
  senderToken: exchange.ourToken,
  sessionID,
});

export const theirProof = (exchange: Exchange, sessionID: string): ProofSubject =>
  ourProof(mirrored(exchange), sessionID);

/** Base64. Only who knows the secret can make it, and it is good in one direction only (ssp-binding §3). */
export function hmacSha256Digest(secret: string, { receiverToken, sender, receiver }: DigestSubject): string {
  return createHmac('sha256', secret)
    .update(`${receiverToken.trim()}\n${sender}\n${receiver}`)
    .digest('base64');
}

/** What a session proof is about: both tokens of the set-up, the announced id, and who announces it to whom. */
export interface ProofSubject extends DigestSubject {
  readonly senderToken: string;
  readonly sessionID: string;
}

/**
 * Base64, in messages 5 and 6. So only a SAP that knows the secret can finish a set-up, and only with its own id
 * (ssp-binding §3).
 */
export function sessionProof(secret: string, subject: ProofSubject): string {
  const { receiverToken, senderToken, sessionID, sender, receiver } = subject;
  return createHmac('sha256', secret)
    .update([receiverToken.trim(), senderToken.trim(), sessionID, sender, receiver].join('\n'))
    .digest('base64');
}

/** The secret under which a session proof is right; undefined: it is wrong under each of them. */
export const secretOfProof = (
  value: string,
  secrets: readonly string[],
  subject: ProofSubject,
): string | undefined =>
  matching(
    value,
    secrets.filter((secret) => secret !== ''),
    (secret) => sessionProof(secret, subject),
  );

/** Looks at all of them, so that the time tells nothing. */
function matching(
  value: string,
  secrets: readonly string[],
  digestOf: (secret: string) => string,
): string | undefined {
  const given = Buffer.from(value, 'base64');
  const right = secrets.map((secret) => equal(given, Buffer.from(digestOf(secret), 'base64')));
  return secrets[right.indexOf(true)];
}

/** Base64. Proves only that the token arrived where it was sent (ssp-binding §3). */
export function md5Digest(receiverToken: string): string {
  return createHash('md5').update(receiverToken.trim()).digest('base64');
}

/** The schema that an attribute `digestSchema` means: absent is MD5; undefined: one that we do not know. */
export function digestSchemaOf(attribute: string | undefined): SapDigestSchema | undefined {
  switch (attribute) {
    case undefined:
    case 'MD5':
      return 'MD5';
    case 'HMAC-SHA-256':
      return attribute;
    default:
      return undefined;
  }
}

/**
 * Whether a digest matches one of the secrets; during a rotation there are two. The duration reveals nothing about
 * the digest. An empty secret never matches.
 */
export function digestMatches(
  value: string,
  schema: SapDigestSchema,
  secrets: readonly string[],
  subject: DigestSubject,
): boolean {
  const expected =
    schema === 'MD5'
      ? [md5Digest(subject.receiverToken)]
      : secrets.filter((secret) => secret !== '').map((secret) => hmacSha256Digest(secret, subject));
  const given = Buffer.from(value, 'base64');
  return expected.map((digest) => equal(given, Buffer.from(digest, 'base64'))).includes(true);
}

/**
 * The secret to answer a proof with. It is the one that the peer used, if we sign with it too. The peer surely
 * knows that one. During a rotation, either side may change first.
 */
export function answeringSecret(
  { signingSecrets }: Pick<Agreement, 'signingSecrets'>,
  value: string,
  schema: SapDigestSchema,
  subject: DigestSubject,
): string | undefined {
  const used = signingSecrets.find((secret) => digestMatches(value, schema, [secret], subject));
  return used ?? signingSecrets[0];
}

/** MD5 proves an address and no secret, so the token must have travelled to the registered one (ssp-binding §3). */
export const acceptsDigest = ({ digestSchemas, answerMode }: Agreement, schema: SapDigestSchema): boolean =>
  digestSchemas.includes(schema) && (schema !== 'MD5' || answerMode === 'callback');

const equal = (given: Buffer, expected: Buffer): boolean =>
  given.length === expected.length && timingSafeEqual(given, expected);
