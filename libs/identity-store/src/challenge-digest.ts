import type { DigestSchema } from '@sap2/session-core';
import { createHash, timingSafeEqual } from 'node:crypto';

const HASHES = { 'SHA-256': 'sha256', SHA: 'sha1', MD5: 'md5' } as const satisfies Record<
  DigestSchema,
  string
>;

/**
 * Whether `digestBase64` is H(nonce octets ‖ password octets), the password as ISO-8859-1 or as UTF-8 (ssp-binding
 * §4.1). Both are computed and compared whatever comes out first, so the time tells neither the password nor its form.
 */
export function digestAnswers(
  schema: DigestSchema,
  nonce: string,
  password: string,
  digestBase64: string,
): boolean {
  const answer = Buffer.from(digestBase64, 'base64');
  const matches = octetsOf(password).map((octets) => {
    const expected = createHash(HASHES[schema]).update(nonce, 'utf8').update(octets).digest();
    return answer.length === expected.length && timingSafeEqual(answer, expected);
  });
  return matches.some(Boolean);
}

/** A password that ISO-8859-1 can not write has one form only, given twice. */
function octetsOf(password: string): readonly [Buffer, Buffer] {
  const utf8 = Buffer.from(password, 'utf8');
  const latin1 = Buffer.from(password, 'latin1');
  return [latin1.toString('latin1') === password ? latin1 : utf8, utf8];
}
