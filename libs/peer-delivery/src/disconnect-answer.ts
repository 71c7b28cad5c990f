import type { Agreement, SspSession, TransportOutcome } from '@sap2/peer-link';
import { decodeSspInTurns, type DecodedTransaction } from '@sap2/ssp-wire';

/** What came back for a message of disconnects. */
export type PeerAnswer =
  /** Status codes by transactionID. */
  | { readonly kind: 'statuses'; readonly codes: ReadonlyMap<string, number> }
  /** Callback mode: it arrived, and the answers come as a message of their own. */
  | { readonly kind: 'receipt' }
  /** HTTP 403: the SSP session is over (ssp-binding §2). */
  | { readonly kind: 'session-over' }
  /** No agreement in force, or none that says where the peer listens: an administrator may still mend it. */
  | { readonly kind: 'nowhere-to-send' }
  /** Callback mode: nothing was sent, for an earlier set-up is not finished. */
  | { readonly kind: 'set-up-under-way' }
  /** Nothing was sent, for the peer does not know `UserDisconnectRequest`. */
  | { readonly kind: 'unsupported' }
  /** `error` is for the operator, and repeats nothing of what the peer sent. */
  | { readonly kind: 'failure'; readonly error: string };

/** 202 by the binding; the field sends an empty 200. */
const RECEIPTS: readonly number[] = [200, 202];

const failure = (error: string): PeerAnswer => ({ kind: 'failure', error });

export async function readAnswer(
  outcome: TransportOutcome,
  session: SspSession,
  { answerMode }: Agreement,
): Promise<PeerAnswer> {
  if (outcome.kind === 'failure') return failure(outcome.detail);
  const { httpStatus, body } = outcome;
  if (httpStatus === 403) return { kind: 'session-over' };
  if (answerMode === 'callback' && body.length === 0 && RECEIPTS.includes(httpStatus))
    return { kind: 'receipt' };
  return httpStatus === 200 ? readMessage(body, session) : failure(`HTTP ${httpStatus}`);
}

async function readMessage(body: Uint8Array, { theirID }: SspSession): Promise<PeerAnswer> {
  const decoded = await decodeSspInTurns(body);
  if (!decoded.ok) return failure(`the answer is not SSP: ${decoded.error.detail}`);
  const message = decoded.value;
  // A sender that does not know the peer's id of the SSP session is not the peer.
  if (message.kind !== 'session' || message.sessionID !== theirID) {
    return failure('the answer belongs to another SSP session');
  }
  return { kind: 'statuses', codes: codesOf(message.transactions) };
}

/** The first answer to a transaction counts. */
function codesOf(transactions: readonly DecodedTransaction[]): ReadonlyMap<string, number> {
  const codes = new Map<string, number>();
  for (const transaction of transactions) {
    const isStatus =
      transaction.mode === 'Response' && !('fault' in transaction) && transaction.primitive.kind === 'Status';
    if (isStatus && !codes.has(transaction.transactionID)) {
      codes.set(transaction.transactionID, transaction.primitive.status.code);
    }
  }
  return codes;
}
