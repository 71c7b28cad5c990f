export interface SetupTokens {
  /** TA: what the peer sent; our digest is over it. */
  readonly theirToken: string;
  /** TB: what we sent; their digest is over it. */
  readonly ourToken: string;
}

/** Unfinished set-ups that peers began, forgotten 60 s after message 1 (ssp-binding §3). */
export interface Setups {
  /** Message 1. The same transactionID again begins anew. */
  begin(
    peer: string,
    transactionID: string,
    tokens: SetupTokens,
    limit: number,
  ): Promise<'begun' | 'too-many'>;
  /** Message 3: the tokens, once. */
  takeTokens(peer: string, transactionID: string): Promise<SetupTokens | undefined>;
  /** After a right digest: message 5 may come. */
  markVerified(peer: string, transactionID: string): Promise<void>;
  /** Message 5 names no peer, only the transaction: everyone that it may come from. */
  verifiedPeers(transactionID: string): Promise<readonly string[]>;
  /** True once. */
  finish(peer: string, transactionID: string): Promise<boolean>;
}
