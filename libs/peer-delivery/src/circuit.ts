import { assertNever } from '@sap2/kernel';
import { backOffMs } from './back-off.js';
import type { PeerAnswer } from './disconnect-answer.js';
import { NOWHERE_TO_SEND_RETRY_MS } from './settle-disconnect.js';

export interface CircuitLimits {
  /** Messages that fail one after the other before the circuit opens. */
  readonly failuresToOpen: number;
  /** Longest time between two trials: how long after its return a peer may have to wait for its backlog. */
  readonly longestTrialPauseMs: number;
}

/** What a message says about the line that it went over. */
export type LineNews =
  | { readonly kind: 'works' }
  /** With `openForMs` nothing more is sent for so long, and then one message tries. */
  | { readonly kind: 'failed'; readonly error: string; readonly openForMs: number | undefined }
  /** Nothing was sent. */
  | { readonly kind: 'none' };

/**
 * @param failedBefore messages that failed one after the other before this one
 * @param fraction 0 ≤ fraction < 1, a throw of the dice
 */
export function newsOf(
  answer: PeerAnswer,
  failedBefore: number,
  fraction: number,
  { failuresToOpen, longestTrialPauseMs }: CircuitLimits,
): LineNews {
  switch (answer.kind) {
    case 'statuses':
    case 'receipt':
      return { kind: 'works' };
    case 'set-up-under-way':
    case 'unsupported':
      return { kind: 'none' };
    case 'nowhere-to-send':
      return {
        kind: 'failed',
        error: 'no agreement in force that names a URL',
        openForMs: NOWHERE_TO_SEND_RETRY_MS,
      };
    case 'session-over':
    case 'failure': {
      const trialsFailed = failedBefore + 1 - failuresToOpen;
      const openForMs = trialsFailed < 0 ? undefined : backOffMs(trialsFailed, fraction, longestTrialPauseMs);
      const error = answer.kind === 'failure' ? answer.error : 'HTTP 403, also over a new SSP session';
      return { kind: 'failed', error, openForMs };
    }
    default:
      return assertNever(answer);
  }
}
