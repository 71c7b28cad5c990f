import { SspError } from '../../ssp-error.js';

/** HTTP statuses of a refusal before SAP 2 looks at any transaction (ssp-binding §2). */
const REFUSED_UNREAD: ReadonlySet<number | undefined> = new Set([400, 403, 405, 413, 415, 429, 503]);

/** What the sender of a transaction must know about a failure. */
export interface SendFailure {
  /** SAP 2 has not read the transaction. */
  readonly isUnread: boolean;
  /** SAP 2 is there, but has too much to do. */
  readonly isBusy: boolean;
  readonly retryAfterS: number | undefined;
  readonly detail: string;
}

/** @throws what was thrown, if it is no failure of the link but a defect */
export function sendFailureOf(thrown: unknown): SendFailure {
  if (!(thrown instanceof SspError)) throw thrown;
  const { reason, code, details, message } = thrown;
  return {
    isUnread:
      details.isUnsent === true || isRefusal(reason) || (reason === 'http' && REFUSED_UNREAD.has(code)),
    isBusy: reason === 'http' && (code === 429 || code === 503),
    retryAfterS: details.retryAfterS,
    detail: message,
  };
}

/** A set-up that failed: the transaction never left. */
const isRefusal = (reason: SspError['reason']): boolean =>
  reason === 'set-up-refused' || reason === 'untrusted';
