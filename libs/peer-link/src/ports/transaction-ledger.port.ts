export interface TransactionKey {
  readonly peer: string;
  readonly transactionID: string;
}

/** Whose work on a transaction it is. A claim that lapsed has another owner than the claim after it. */
export interface TransactionClaim {
  readonly contentHash: string;
  readonly owner: string;
}

export type Claim =
  | { readonly state: 'mine'; readonly claim: TransactionClaim }
  | { readonly state: 'in-process' }
  | { readonly state: 'answered'; readonly answer: string }
  | { readonly state: 'other-content' };

/** What each peer has asked and was answered, for as long as it may ask again (ssp-binding §6). */
export interface TransactionLedger {
  /** `contentHash` is keyed: neither a password nor a digest can be found from it. The claim lapses after `leaseMs`, when its holder crashed. */
  claim(key: TransactionKey, contentHash: string, leaseMs: number): Promise<Claim>;
  /** `lost`: the claim lapsed, and another owner works on the transaction or has answered it. Nothing was kept. */
  answer(
    key: TransactionKey,
    claim: TransactionClaim,
    answer: string,
    keepMs: number,
  ): Promise<'kept' | 'lost'>;
  /** Nothing was done: a repetition starts afresh. A claim that another owner holds stays. */
  release(key: TransactionKey, claim: TransactionClaim): Promise<void>;
}
