import type { Randomness } from '@sap2/kernel';

const TOKEN_BYTES = 32;

/** 256 random bits as hex: nobody guesses it, so a plain hash of it is enough to know it by. */
export const newToken = (randomness: Randomness): string =>
  Array.from(randomness.bytes(TOKEN_BYTES), (byte) => byte.toString(16).padStart(2, '0')).join('');
