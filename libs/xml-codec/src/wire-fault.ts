/**
 * The whole document is refused. `detail` is one line that says what is wrong and where. It never repeats the input
 * (ssp-binding §2: HTTP 400, or 413 for `too-large`).
 */
export interface WireFault {
  readonly reason: 'not-well-formed' | 'doctype' | 'encoding' | 'too-large' | 'too-deep' | 'not-this-schema';
  readonly detail: string;
}
