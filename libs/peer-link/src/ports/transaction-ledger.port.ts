export interface TransactionKey {
  readonly peer: string;
  readonly transactionID: string;
}

export type Claim =
  | { readonly state: 'mine' }
  | { readonly state: 'in-process' }
  | { readonly state: 'answered'; readonly answer: string }
  | { readonly state: 'other-content' };

/** What each peer has asked and was answered, for as long as it may ask again (ssp-binding §6). */
export interface TransactionLedger {
  /** `contentHash` is keyed: neither a password nor a digest can be found from it. The claim lapses after `leaseMs`, when its holder crashed. */
  claim(key: TransactionKey, contentHash: string, leaseMs: number): Promise<Claim>;
  answer(key: TransactionKey, contentHash: string, answer: string, keepMs: number): Promise<void>;
  /** Nothing was done: whoever asks again starts afresh. */
  release(key: TransactionKey, contentHash: string): Promise<void>;
}
