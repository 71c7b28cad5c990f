/** Who changes something, and how it reached us: what the audit says of every change. */
export interface Actor {
  /** Of the administrator; of a person at the command line `cli:<user of the system>`. */
  readonly name: string;
  /** Network address, or `local`. */
  readonly from: string;
  /** Stands in the answer, in the log and in the audit. */
  readonly requestID: string;
  /** Of a creation that may be asked for again; undefined: each time is a new one. */
  readonly creation?: CreationKey | undefined;
}

export interface CreationKey {
  /** The `Idempotency-Key`, chosen by the administrator. */
  readonly key: string;
  /** Keyed hash of what was asked for. */
  readonly contentHash: string;
}
