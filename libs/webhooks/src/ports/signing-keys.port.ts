/** A public key as receivers read it (RFC 7517). */
export interface PublicKey {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
  readonly kid: string;
  readonly alg: 'ES256';
  readonly use: 'sig';
}

/** A private key of the same form, with its secret part. */
export type PrivateKey = PublicKey & { readonly d: string };

/** The keys that sign security events. All processes share them. */
export interface SigningKeys {
  /** The one that signs now. Receivers have had an hour to read it, unless it is the only one. */
  signing(): Promise<PrivateKey>;
  /** All that a receiver may still need, the newest first. */
  published(): Promise<readonly PublicKey[]>;
}
