/** Who changes something, and how it reached us: what the audit says of every change. */
export interface Actor {
  /** Of the administrator; of a person at the command line `cli:<user of the system>`. */
  readonly name: string;
  /** Network address, or `local`. */
  readonly from: string;
  /** Stands in the answer, in the log and in the audit. */
  readonly requestID: string;
}
