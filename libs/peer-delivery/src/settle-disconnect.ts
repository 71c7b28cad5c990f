import { assertNever } from '@sap2/kernel';
import type { AnsweredDisconnect, DueDisconnect, Settlement } from '@sap2/session-core';
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
      return due.ageMs >= horizonMs
        ? notYet('the peer took it, and never answered', 0)
        : { id: due.id, result: 'sent', retryInMs: Math.max(CALLBACK_PATIENCE_MS, retryInMs) };
    case 'unsupported':
      return {
        id: due.id,
        result: 'not-supported',
        error: 'not sent: the peer answered 405 before',
        sent: false,
      };
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

/** ssp-binding §5. */
export function answerOf(code: number): AnsweredDisconnect {
  if (code === 200) return { result: 'acknowledged' };
  if (code === 604) return { result: 'unknown-there' };
  if (code === 405) return { result: 'not-supported', error: 'Status 405: the peer does not support it' };
  return { result: 'failed', error: `Status ${code}` };
}

function byCode(
  { id }: DueDisconnect,
  code: number | undefined,
  notYet: (error: string) => Settlement,
): Settlement {
  if (code === undefined) return notYet('the answer has no Status for it');
  const answer = answerOf(code);
  switch (answer.result) {
    case 'failed':
      return notYet(answer.error);
    case 'not-supported':
      return { id, ...answer, sent: true };
    case 'acknowledged':
    case 'unknown-there':
      return { id, result: answer.result };
    default:
      return assertNever(answer);
  }
}
