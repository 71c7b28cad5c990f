import { createHash } from 'node:crypto';
import type { WireClientID, WireUser } from '@sap2/ssp-wire';

/** What the end user's side does in a challenge login. SAP 1 sees this much of a handset and no more. */
export interface ChallengeResponder {
  readonly user: WireUser;
  /** Schemas that it can compute, as offered in phase 1. */
  readonly digestSchemas: readonly string[];
  /** `DigestBytes`: base64 of H(nonce ‖ password), the nonce as literal text (ssp-binding §4.1). */
  answer(nonce: string, digestSchema: string): string;
}

const HASH_OF_SCHEMA: Readonly<Record<string, string>> = { 'SHA-256': 'sha256', SHA: 'sha1', MD5: 'md5' };

/**
 * A subscriber's handset. It knows the password and sends only digests over a nonce. So the operator in between has
 * no password to store or lose.
 */
export class Handset implements ChallengeResponder {
  readonly user: WireUser;
  readonly digestSchemas: readonly string[];
  readonly #password: string;

  constructor(userID: string, client: string, password: string, digestSchemas = Object.keys(HASH_OF_SCHEMA)) {
    this.user = { userID, clientID: clientAt(client) };
    this.digestSchemas = digestSchemas;
    this.#password = password;
  }

  answer(nonce: string, digestSchema: string): string {
    const hash = HASH_OF_SCHEMA[digestSchema];
    if (hash === undefined) throw new Error(`This handset does not know the digest schema ${digestSchema}`);
    return createHash(hash).update(nonce, 'latin1').update(passwordOctets(this.#password)).digest('base64');
  }
}

/** A `ClientID` in its most usual form. */
export function clientAt(url: string): WireClientID {
  return { url, msisdn: undefined, text: undefined, applicationID: undefined };
}

/** ISO-8859-1 where the password fits into it, as old handsets do; UTF-8 otherwise. */
function passwordOctets(password: string): Buffer {
  const latin = Buffer.from(password, 'latin1');
  return latin.toString('latin1') === password ? latin : Buffer.from(password, 'utf8');
}
