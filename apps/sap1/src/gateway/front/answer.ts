import { assertNever } from '@sap2/kernel';
import type { CspPrimitive, CspResult, DecodedCspMessage } from '@sap2/csp-wire';
import type { Status } from '@sap2/ssp-wire';
import { statusWords } from '../../status-words.js';
import type { Reply } from '../providers/reply.js';
import type { CspSession } from '../sessions/csp-session.js';

/** One message of a handset, with what the gateway knows about it. */
export interface Asked {
  readonly message: DecodedCspMessage;
  /** Undefined: the message names no session, or one that this gateway does not know. */
  readonly session: CspSession | undefined;
  /** The number of the caller, from a trusted gateway of the operator. */
  readonly msisdn: string | undefined;
  /** Calls back when the handset has closed its connection. */
  readonly onGone: (listener: () => void) => void;
}

/**
 * What the handset gets. `empty` is HTTP 200 without a message. `pushed` is a message that the server starts. A
 * `fleeting` answer says "not now": the same bytes may have another answer a moment later.
 */
export type Answer =
  | { readonly kind: 'response'; readonly primitive: CspPrimitive; readonly isFleeting?: boolean }
  | { readonly kind: 'pushed'; readonly primitive: CspPrimitive; readonly session: CspSession }
  | { readonly kind: 'empty' };

export const EMPTY: Answer = { kind: 'empty' };

export const respond = (primitive: CspPrimitive): Answer => ({ kind: 'response', primitive });

/** The result for a code that this gateway gives by itself. */
export const resultOf = (code: number, tryAgainTimeoutS?: number): CspResult => ({
  code,
  description: statusWords(code),
  tryAgainTimeoutS,
});

/** What SAP 2 says, unchanged. Codes without a description get two words. */
export const relayed = ({
  code,
  description,
  tryAgainTimeoutS,
}: Pick<Status, 'code' | 'description' | 'tryAgainTimeoutS'>): CspResult => ({
  code,
  description: description ?? statusWords(code),
  tryAgainTimeoutS,
});

export const statusAnswer = (result: CspResult): Answer => ({
  kind: 'response',
  primitive: { kind: 'Status', result },
  isFleeting: isFleeting(result.code),
});

export const status = (code: number): Answer => statusAnswer(resultOf(code));

/** 503 and 504 say nothing about the next attempt. */
export const isFleeting = (code: number): boolean => code === 503 || code === 504;

/** The result for a request that SAP 2 has not answered. */
export function unanswered(reply: Exclude<Reply, { readonly kind: 'answered' }>): CspResult {
  switch (reply.kind) {
    case 'away':
      return resultOf(503, reply.tryAgainS);
    case 'silent':
      return resultOf(504);
    default:
      return assertNever(reply);
  }
}
