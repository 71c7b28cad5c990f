import { createHash } from 'node:crypto';

const HASH_OF_SCHEMA: Readonly<Record<string, string>> = { 'SHA-256': 'sha256', SHA: 'sha1', MD5: 'md5' };

export const DIGEST_SCHEMAS = Object.keys(HASH_OF_SCHEMA);

/**
 * `DigestBytes`: base64 of H(nonce ‖ password), the nonce as literal text (ssp-binding §4.1). Undefined: a schema that this
 * handset does not know.
 */
export function digestOf(schema: string, nonce: string, password: string): string | undefined {
  const hash = HASH_OF_SCHEMA[schema];
  return hash && createHash(hash).update(nonce, 'latin1').update(octetsOf(password)).digest('base64');
}

/** ISO-8859-1 where the password fits into it, as old handsets do; UTF-8 otherwise. */
function octetsOf(password: string): Buffer {
  const latin = Buffer.from(password, 'latin1');
  return latin.toString('latin1') === password ? latin : Buffer.from(password, 'utf8');
}
