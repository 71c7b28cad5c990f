/**
 * Why nothing came back that could be called an answer. A refusal *inside* SSP (`Status` 409, 601, …) is an answer and
 * never an error.
 *
 * - `unreachable`: nobody there, or not in time.
 * - `http`: SAP 2 said no before it read any SSP (ssp-binding §2); `code` is the HTTP status.
 * - `set-up-refused`: SAP 2 does not want an SSP session with us (ssp-binding §3); `code` is the SSP status.
 * - `untrusted`: whoever answers does not know the shared secret, so it is not SAP 2.
 * - `not-the-binding`: what came is not what ssp-binding promises.
 */
export type SspErrorReason = 'unreachable' | 'http' | 'set-up-refused' | 'untrusted' | 'not-the-binding';

export class SspError extends Error {
  constructor(
    readonly reason: SspErrorReason,
    message: string,
    readonly code?: number,
  ) {
    super(message);
    this.name = 'SspError';
  }
}
