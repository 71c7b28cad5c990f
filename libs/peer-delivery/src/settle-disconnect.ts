import { assertNever } from '@sap2/kernel';
import type { DueDisconnect, Settlement } from '@sap2/session-core';
import { backOffMs } from './back-off.js';
import type { PeerAnswer } from './disconnect-answer.js';

/** How long a peer in callback mode has for its answer before the same is sent again. */
const CALLBACK_PATIENCE_MS = 30_000;

/** A set-up in callback mode is finished, or forgotten, within 60 s. */
const UNDER_WAY_RETRY_MS = 1_000;

/** An administrator mends an agreement in minutes, not by being asked often. */
export const NOWHERE_TO_SEND_RETRY_MS = 300_000;

/**
 * What becomes of one disconnect after the peer's answer (ssp-binding §5).
 * @param horizonMs age at which it is given up
 * @param fraction 0 ≤ fraction < 1, a throw of the dice
 */
export function settlementOf(
  due: DueDisconnect,
  answer: PeerAnswer,
  horizonMs: number,
  fraction: number,
): Settlement {
  const retryInMs = backOffMs(due.attempts, fraction);
  const notYet = (error: string, inMs: number): Settlement =>
    due.ageMs >= horizonMs
      ? { id: due.id, result: 'undelivered', error }
      : { id: due.id, result: 'failed', error, retryInMs: inMs };
  switch (answer.kind) {
    case 'statuses':
      return byCode(due, answer.codes.get(due.transactionID), (error) => notYet(error, retryInMs));
    case 'receipt':
      return notYet('no answer yet', Math.max(CALLBACK_PATIENCE_MS, retryInMs));
    case 'session-over':
      return notYet('the peer does not know the SSP session (HTTP 403)', retryInMs);
    case 'set-up-under-way':
      return { id: due.id, result: 'held', retryInMs: UNDER_WAY_RETRY_MS };
    case 'nowhere-to-send':
      return notYet('no agreement in force that names a URL', NOWHERE_TO_SEND_RETRY_MS);
    case 'failure':
      return notYet(answer.error, retryInMs);
    default:
      return assertNever(answer);
  }
}

function byCode(
  { id }: DueDisconnect,
  code: number | undefined,
  notYet: (error: string) => Settlement,
): Settlement {
  if (code === 200) return { id, result: 'acknowledged' };
  if (code === 604) return { id, result: 'unknown-there' };
  return notYet(code === undefined ? 'the answer has no Status for it' : `Status ${code}`);
}
