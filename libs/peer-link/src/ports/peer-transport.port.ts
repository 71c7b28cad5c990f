export type TransportOutcome =
  | { readonly kind: 'answer'; readonly httpStatus: number; readonly body: Uint8Array }
  /** Refused, timed out, cut off or over the size limit. `detail` is for the operator. */
  | { readonly kind: 'failure'; readonly detail: string };

/** One HTTP POST to a peer, within a total deadline, reading no more than it must. A redirect is an answer, never followed. */
export interface PeerTransport {
  post(url: string, body: Uint8Array, deadlineMs: number): Promise<TransportOutcome>;
}
