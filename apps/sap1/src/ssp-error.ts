/**
 * Why there was no answer. A refusal *inside* SSP (`Status` 409, 601, …) is an answer and never an error.
 *
 * - `unreachable`: no server, or no answer in time.
 * - `http`: SAP 2 refused before it read any SSP (ssp-binding §2); `code` is the HTTP status.
 * - `set-up-refused`: SAP 2 refuses an SSP session with us (ssp-binding §3); `code` is the SSP status.
 * - `untrusted`: the server does not know the shared secret, so it is not SAP 2.
 * - `not-the-binding`: the answer does not follow ssp-binding.
 */
export type SspErrorReason = 'unreachable' | 'http' | 'set-up-refused' | 'untrusted' | 'not-the-binding';

/** What a sender needs to know before it repeats. */
export interface SspErrorDetails {
  /** True: no connection existed, so SAP 2 has not read anything. */
  readonly isUnsent?: boolean;
  /** When SAP 2 wants the next attempt. */
  readonly retryAfterS?: number | undefined;
}

export class SspError extends Error {
  constructor(
    readonly reason: SspErrorReason,
    message: string,
    readonly code?: number,
    readonly details: SspErrorDetails = {},
  ) {
    super(message);
    this.name = 'SspError';
  }
}
