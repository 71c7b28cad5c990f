import { assertNever } from '@sap2/kernel';
import type { DueDisconnect, Settlement } from '@sap2/session-core';
import { backOffMs } from './back-off.js';
import type { PeerAnswer } from './disconnect-answer.js';

/** ssp-binding §5: after this it is kept as undelivered, for an administrator to see and replay. */
const GIVE_UP_AFTER_MS = 24 * 3600_000;

/** How long a peer in callback mode has for its answer before the same is sent again. */
const CALLBACK_PATIENCE_MS = 30_000;

/** An administrator mends an agreement in minutes, not by being asked often. */
const NOWHERE_TO_SEND_RETRY_MS = 300_000;

/** What becomes of one disconnect after the peer's answer (ssp-binding §5). `fraction` is a throw of the dice. */
export function settlementOf(due: DueDisconnect, answer: PeerAnswer, fraction: number): Settlement {
  const retryInMs = backOffMs(due.attempts, fraction);
  switch (answer.kind) {
    case 'statuses':
      return settlementByCode(due, answer.codes.get(due.transactionID), retryInMs);
    case 'receipt':
      return notYet(due, 'no answer yet', Math.max(CALLBACK_PATIENCE_MS, retryInMs));
    case 'session-over':
      return notYet(due, 'the peer does not know the SSP session (HTTP 403)', retryInMs);
    case 'nowhere-to-send':
      return notYet(due, 'no agreement in force that names a URL', NOWHERE_TO_SEND_RETRY_MS);
    case 'failure':
      return notYet(due, answer.error, retryInMs);
    default:
      return assertNever(answer);
  }
}

function settlementByCode(due: DueDisconnect, code: number | undefined, retryInMs: number): Settlement {
  if (code === 200) return { id: due.id, result: 'acknowledged' };
  if (code === 604) return { id: due.id, result: 'unknown-there' };
  return notYet(due, code === undefined ? 'the answer has no Status for it' : `Status ${code}`, retryInMs);
}

function notYet({ id, ageMs }: DueDisconnect, error: string, retryInMs: number): Settlement {
  return ageMs >= GIVE_UP_AFTER_MS
    ? { id, result: 'undelivered', error }
    : { id, result: 'failed', error, retryInMs };
}
