import type { SapDigestSchema } from '@sap2/ssp-wire';

export interface SetupTokens {
  /** TA: what the peer sent; our digest is over it. */
  readonly theirToken: string;
  /** TB: what we sent; their digest is over it. No two set-ups have the same one. */
  readonly ourToken: string;
}

/** A set-up whose message 3 was right. */
export interface ProvenSetup extends SetupTokens {
  readonly peer: string;
  readonly schema: SapDigestSchema;
  /** The name of the peer as it spelt it: the session proof is over it. */
  readonly spelling: string;
}

/**
 * Unfinished set-ups that peers began, forgotten 60 s after message 1 (ssp-binding §3).
 *
 * Message 1 proves nothing. So any number of set-ups may exist under one peer and transactionID, independent of
 * each other. A correct digest shows which one belongs to the peer.
 */
export interface Setups {
  /**
   * Message 1. `too-many`: this address has several set-ups under this very name already, and they stay. Where the
   * address or the store is full, a set-up of the most crowded address makes room.
   */
  begin(
    peer: string,
    transactionID: string,
    address: string,
    tokens: SetupTokens,
  ): Promise<'begun' | 'too-many'>;
  /** Message 3: what its digest may be over, those from the same address first. */
  begun(peer: string, transactionID: string, address: string): Promise<readonly SetupTokens[]>;
  /** After a right digest, true once: a token is good for one proof. `too-many`: the peer has `limit` proven ones. */
  prove(transactionID: string, setup: ProvenSetup, limit: number): Promise<'proven' | 'unknown' | 'too-many'>;
  /** Message 5 names no peer, only the transaction: all that it may belong to. */
  proven(transactionID: string): Promise<readonly ProvenSetup[]>;
  /** True once. */
  finish(transactionID: string, setup: ProvenSetup): Promise<boolean>;
  /** A wrong digest from this address. True: it is over the limit of its address. */
  countWrong(address: string): Promise<boolean>;
}
