/** What a message 2 said. */
export interface HeardToken {
  readonly token: string;
  /** The name of the peer as it spelt it. */
  readonly spelling: string;
  /** Where it came from. */
  readonly address: string;
}

/** A set-up that SAP 2 began towards a peer in callback mode. */
export interface OutgoingSetup {
  readonly peer: string;
  /** Ours, and not to be guessed: message 6 is known by nothing else. */
  readonly transactionID: string;
  /** TA: what we sent; the digest of the peer is over it. */
  readonly ourToken: string;
  /** What message 5 will announce. */
  readonly ourID: string;
  /** A stranger can send a message 2. Only the session proof shows which one the peer sent. */
  readonly heard: readonly HeardToken[];
}

/** The answers of the peer, by their numbers in ssp-binding §3. */
export type SetUpAnswer = 2 | 4 | 6;

/**
 * Our set-ups whose answers arrive as separate messages, at any process. A peer has at most one, and it is
 * forgotten 60 s after message 1 (ssp-binding §3).
 */
export interface OutgoingSetups {
  /** Message 1 is about to leave. `under-way`: another one with this peer is not finished. */
  begin(setup: OutgoingSetup): Promise<'begun' | 'under-way'>;
  /** The transaction of the unfinished set-up with a peer: message 2 may come under a number of the peer's own. */
  transactionWith(peer: string): Promise<string | undefined>;
  /** The peer of the set-up; undefined if the set-up does not exist. */
  peerOf(transactionID: string): Promise<string | undefined>;
  /** The answer that it waits for; `ending`: it has heard all of them; undefined: it is over, well or not. */
  awaited(transactionID: string): Promise<SetUpAnswer | 'ending' | undefined>;
  /** Undefined if the set-up does not exist. */
  find(transactionID: string): Promise<OutgoingSetup | undefined>;
  /**
   * Message 2, before message 4 was right: the set-up with it. Where `limit` were heard, one of the address that sent most
   * of them goes. Undefined: it is too late, or its own address has sent as many as any.
   */
  hearToken(transactionID: string, heard: HeardToken, limit: number): Promise<OutgoingSetup | undefined>;
  /** The set-up if this is the answer that it waits for. True once: from then on it waits for the next answer. */
  take(transactionID: string, answer: 4 | 6): Promise<OutgoingSetup | undefined>;
  /** The peer refuses a message 3. True: it has refused as many as were sent, and `begin` may replace this set-up. */
  countRefusal(transactionID: string): Promise<boolean>;
  /** The peer whose set-up ended here, successful or not; undefined if the set-up did not exist. */
  end(transactionID: string): Promise<string | undefined>;
}
