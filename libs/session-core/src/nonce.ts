import type { Randomness } from '@sap2/kernel';
import type { NonceBinding, Nonces } from './ports/accounts.port.js';

/** 128 bits, the least that ssp-binding §4.1 allows and as many as MD5 has. */
const NONCE_BYTES = 16;

/** Lower-case hex, since old clients digest the text that they see (ssp-binding §4.1). */
export async function issueNonce(
  nonces: Nonces,
  randomness: Randomness,
  binding: NonceBinding,
): Promise<string> {
  const bytes = Array.from(randomness.bytes(NONCE_BYTES));
  const nonce = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  await nonces.keep(nonce, binding);
  return nonce;
}
