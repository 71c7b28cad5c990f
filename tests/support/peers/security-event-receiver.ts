import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';

/** A security event token (RFC 8417) after its signature was checked. */
export interface SecurityEvent {
  readonly kid: string;
  readonly iss: string;
  readonly aud: string;
  readonly iat: number;
  readonly jti: string;
  readonly sub_id: Readonly<Record<string, unknown>>;
  /** One event: its URI and its claims. */
  readonly type: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

interface Metadata {
  readonly issuer: string;
  readonly jwks_uri: string;
}

interface KeySet {
  readonly keys: readonly (JsonWebKey & { readonly kid: string })[];
}

const partOf = (part: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Record<string, unknown>;

/** Written from RFC 7515, 7517 and 8417 alone: no library that the service uses checks its own tokens here. */
export function readToken(token: string, metadata: Metadata, keys: KeySet): SecurityEvent {
  const [header = '', payload = '', signature = '', ...rest] = token.split('.');
  if (rest.length > 0) throw new Error('not a compact JWS');
  const { alg, typ, kid } = partOf(header);
  if (alg !== 'ES256' || typ !== 'secevent+jwt') throw new Error(`a token of ${String(alg)}, ${String(typ)}`);
  checkSignature(
    keys.keys.find((one) => one.kid === kid),
    `${header}.${payload}`,
    signature,
  );
  const { events, ...claims } = partOf(payload);
  if (claims['iss'] !== metadata.issuer) throw new Error('of another issuer');
  const all = Object.entries(events as Record<string, object>);
  if (all.length !== 1) throw new Error(`${all.length} events in a token`);
  const [type, own] = all[0] ?? [];
  return { ...claims, kid, type, claims: own } as unknown as SecurityEvent;
}

function checkSignature(jwk: JsonWebKey | undefined, signed: string, signature: string): void {
  if (jwk === undefined) throw new Error('signed with a key that is not published');
  const key = { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' as const };
  const isGenuine = verify('sha256', Buffer.from(signed), key, Buffer.from(signature, 'base64url'));
  if (!isGenuine) throw new Error('the signature is wrong');
}
