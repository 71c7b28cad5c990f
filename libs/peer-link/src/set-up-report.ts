import type { SetupPrimitive } from '@sap2/ssp-wire';

/** The code that the peer gets for each refusal of a set-up. It never learns the reason (ssp-binding §3). */
export const CODE_OF_REFUSAL = {
  'answer-to-nothing': 403,
  'unknown-peer': 403,
  'other-protocol': 403,
  'too-many-set-ups': 503,
  'replayed-or-expired-token': 403,
  'schema-not-agreed': 403,
  'wrong-digest': 409,
  'too-many-wrong-digests': 503,
  'no-such-set-up': 403,
  'wrong-proof': 403,
  'bad-session-id': 402,
  'aborted-by-peer': 403,
  'session-id-taken': 403,
} as const;

export type SetUpRefusal = keyof typeof CODE_OF_REFUSAL;

/** What became of a set-up that a peer began, for the log and the counters. No secret has a field here. */
export interface SetUpEvent {
  readonly outcome: 'opened' | SetUpRefusal;
  /** Who speaks, or claims to; undefined: the message does not say. */
  readonly peer: string | undefined;
  readonly transactionID: string;
  /** The message that was answered. */
  readonly primitive: SetupPrimitive['kind'];
}
